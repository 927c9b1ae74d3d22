"""What a check says: of a cell, of a row, and of the whole."""

from __future__ import annotations

from . import Sentence as S

SENTENCES: dict[str, S] = {
    "row": S("row {row}", "renglón {row}"),
    "field_account_name": S("the account's name", "el nombre de la cuenta"),
    "field_reference": S("the reference", "la referencia"),
    "field_customer_id": S("the customer's id", "el id del cliente"),
    "field_name": S("the name", "el nombre"),
    "field_email": S("the e-mail", "el correo"),
    "field_phone": S("the phone", "el teléfono"),
    "field_price": S("the price", "el precio"),
    "field_amount": S("the amount", "el monto"),
    "field_exp_date": S("the expiry date", "la fecha de vencimiento"),
    "field_expires_at": S("the due date", "la fecha límite"),
    "field_product_id": S("the product's id", "el id del producto"),
    "field_product_name": S("the product's name", "el nombre del producto"),
    "field_product_url": S("the picture's address", "la dirección de la imagen"),
    "field_order_id": S("the order's id", "el id de la orden"),
    "field_clabe": S("the CLABE", "la CLABE"),
    "missing": S("{what} is missing. The row is not sent.", "falta {what}. El renglón no se envía."),
    "bad_email": S(
        "«{value}» is not an e-mail address that can be written to. Mend it; it is never guessed.",
        "«{value}» no es un correo al que se pueda escribir. Corríjalo; nunca se adivina.",
    ),
    "bad_price": S(
        "«{value}» is not a price: more than 0 MXN, at most two decimals, as 1,500.00.",
        "«{value}» no es un precio: más de 0 MXN y máximo dos decimales, como 1,500.00.",
    ),
    "bad_amount": S(
        "«{value}» is not an amount: more than 0 MXN, at most two decimals, as 1,500.00.",
        "«{value}» no es un monto: más de 0 MXN y máximo dos decimales, como 1,500.00.",
    ),
    "bad_date": S(
        "«{value}» is not a date. Write it as dd/mm/yyyy.", "«{value}» no es una fecha. Escríbala dd/mm/aaaa."
    ),
    "past_date": S("{what} «{value}» has passed.", "{what} «{value}» ya pasó."),
    "bad_url": S(
        "«{value}» is not an address that begins with https://.",
        "«{value}» no es una dirección que empiece con https://.",
    ),
    "bad_order_id": S("«{value}» is not an order's id (such as ch_…).", "«{value}» no es un id de orden (como ch_…)."),
    "precision_lost": S(
        "{what} «{value}» was stored as a number or a date, so digits are lost. Type it again as text.",
        "{what} «{value}» se guardó como número o fecha y perdió dígitos. Escríbala de nuevo como texto.",
    ),
    "error_cell": S(
        "the cell shows the error {value}. Mend the formula.", "la celda muestra el error {value}. Corrija la fórmula."
    ),
    "formula_without_value": S(
        "the formula was never calculated. Open the file in a spreadsheet program, save it, and read it again.",
        "la fórmula nunca se calculó. Abra el archivo en Excel, guárdelo y léalo de nuevo.",
    ),
    "duplicate_key": S(
        "«{value}» ({key}) also stands in {others} with other data. None of them is sent; keep one.",
        "«{value}» ({key}) también está en {others} con otros datos. No se envía ninguno; deje sólo uno.",
    ),
    "repeated_row": S(
        "it repeats row {row} exactly. It is sent once.", "repite exactamente el renglón {row}. Se envía una sola vez."
    ),
    "bad_phone": S(
        "«{value}» ({digits} digits) is no Mexican phone of 10 digits. The row is sent without a phone.",
        "«{value}» ({digits} dígitos) no es un teléfono mexicano de 10 dígitos. El renglón se envía sin teléfono.",
    ),
    "extra_emails": S("there are several e-mails; {first} is used.", "hay varios correos; se usará {first}."),
    "extra_phones": S("there are several phones; {first} is used.", "hay varios teléfonos; se usará {first}."),
    "phone_extension": S("the phone's extension is left out: {first}.", "se omite la extensión del teléfono: {first}."),
    "shared_email": S(
        "the same e-mail stands in {others}. Is it the same person?",
        "el mismo correo está en {others}. ¿Es la misma persona?",
    ),
    "near_duplicate": S(
        "«{value}» looks like the one in {others}. They are taken for two; is that right?",
        "«{value}» se parece a {others}. Se toman como dos; ¿es correcto?",
    ),
    "hidden_row": S(
        "the row is hidden in the sheet. It is read and sent all the same.",
        "el renglón está oculto en la hoja. De todos modos se lee y se envía.",
    ),
    "placeholder": S("«{value}» is taken as no value.", "«{value}» se toma como sin dato."),
    "formula_like_text": S(
        "«{value}» looks like a formula. It is sent as text.", "«{value}» parece una fórmula. Se envía como texto."
    ),
    "bad_clabe": S(
        "the CLABE «{value}» of the sheet cannot be right: 18 digits with a control digit are expected.",
        "la CLABE «{value}» de la hoja no puede ser correcta: se esperan 18 dígitos con dígito verificador.",
    ),
    "mojibake": S(
        "«{value}» looks damaged by a wrong encoding. It is sent as it is.",
        "«{value}» parece dañado por una codificación equivocada. Se envía tal cual.",
    ),
    "lost_zero": S(
        "«{value}» lacks the leading zero that nearly all others have. Is it «{likely}»? It is sent as it stands.",
        "a «{value}» le falta el cero inicial que casi todas las demás tienen. ¿Es «{likely}»? Se envía tal cual.",
    ),
    "fraction": S(
        "«{value}» has a decimal part, which references seldom have. Is it right? It is sent as it stands.",
        "«{value}» tiene decimales, lo que es raro en una referencia. ¿Es correcta? Se envía tal cual.",
    ),
    "date_like": S(
        "«{value}» looks like a date that a spreadsheet made of a reference. Is it right? It is sent as it stands.",
        "«{value}» parece una fecha que Excel hizo de una referencia. ¿Es correcta? Se envía tal cual.",
    ),
    "likely_typo": S(
        "«{value}»: did they mean {likely}? It is sent as it stands; it is never guessed.",
        "«{value}»: ¿quisieron decir {likely}? Se envía tal cual; nunca se adivina.",
    ),
    "link_differs": S(
        "the cell shows «{value}», and its link goes to {link}. What it shows is sent.",
        "la celda muestra «{value}» y su enlace lleva a {link}. Se envía lo que muestra.",
    ),
    "apostrophes": S(
        "{cells} cells began with an apostrophe that keeps digits as text; it was taken off.",
        "{cells} celdas empezaban con un apóstrofo que guarda dígitos como texto; se quitó.",
    ),
    "clabe_changed": S(
        "The CLABE that stood here before was {before}. Ask ComproPago before you hand out the new one.",
        "La CLABE que estaba aquí antes era {before}. Consulte a ComproPago antes de entregar la nueva.",
    ),
    **{code: S("{sentence}", "{sentence}") for code in ("looks_sent", "other_person", "other_key", "not_in_journal")},
    "empty_frame": S(
        "The table is empty. Read the sheet again with cp.read_sheet.",
        "La tabla está vacía. Lea la hoja de nuevo con cp.read_sheet.",
    ),
    "unknown_field": S(
        "There is no field {field!r} here. Fields: {known}.", "Aquí no existe el campo {field!r}. Campos: {known}."
    ),
    "did_you_mean": S("Did you mean {name}?", "¿Quiso decir {name}?"),
    "columns_turned_round": S(
        "columns= goes from the field to the sheet's header: write columns={{{field!r}: {header!r}}}.",
        "columns= va del campo al encabezado de la hoja: escriba columns={{{field!r}: {header!r}}}.",
    ),
    "keyword_used": S(
        "{field}={value} was used in {used} of {rows} rows.", "{field}={value} se usó en {used} de {rows} renglones."
    ),
    "keyword_overruled": S(
        "{field}={value} was used in {used} of {rows} rows: the others have a value of their own in the column {columns}.",
        "{field}={value} se usó en {used} de {rows} renglones: los demás tienen un valor propio en la columna {columns}.",
    ),
    "bad_constant": S(
        "{field}={value!r} cannot stand in every row: {reason}",
        "{field}={value!r} no puede ir en cada renglón: {reason}",
    ),
    "blank_constant": S("it is blank. Leave the keyword out.", "está vacío. Quite el argumento."),
    "clash": S(
        "The table has columns of the names that are to be added: {columns}. Give prefix={prefix!r}, or rename them.",
        "La tabla ya tiene columnas con los nombres que se agregarían: {columns}. Indique prefix={prefix!r} o renómbrelas.",
    ),
    "operation_createAccount": S("createAccount", "Cuentas"),
    "operation_createClabe": S("createClabe", "CLABEs"),
    "operation_orders": S("orders", "Órdenes de pago"),
    "operation_verify": S("verify", "Órdenes de pago, cómo van"),
    "headline": S("{operation}: {ready} of {rows} rows are ready.", "{operation}: {ready} de {rows} renglones listos."),
    "errors": S("{rows} rows are not sent until they are mended.", "{rows} renglones no se envían hasta corregirse."),
    "warnings": S("{problems} things to look at.", "{problems} cosas por revisar."),
    "cost": S(
        "It would be {requests} requests, {emails} e-mails and {sms} SMS; about {minutes} min at {rate:g}/s.",
        "Serían {requests} solicitudes, {emails} correos y {sms} SMS; unos {minutes} min a {rate:g}/s.",
    ),
    "reads": S(
        "It would be {requests} requests; about {minutes} min at {rate:g}/s. Nobody is written to.",
        "Serían {requests} solicitudes; unos {minutes} min a {rate:g}/s. No se escribe a nadie.",
    ),
    "money": S(
        "Orders for MXN {amount:,.2f}; fees of about MXN {fee:,.2f} + IVA {iva:,.2f} (estimate).",
        "Órdenes por MXN {amount:,.2f}; comisión aproximada de MXN {fee:,.2f} + IVA {iva:,.2f} (estimado).",
    ),
    "known": S(
        "{known} of them are known from earlier runs and will not be sent again.",
        "{known} de ellos ya se enviaron antes y no se enviarán otra vez.",
    ),
    "all_good": S("Nothing to mend.", "Nada por corregir."),
    "more": S("… and {problems} more in .problems", "… y {problems} más en .problems"),
    "column_passed_by": S(
        "{columns} looks like {field} and is not used; give columns={{{field!r}: …}} if it should be.",
        "{columns} parece {field} y no se usa; indique columns={{{field!r}: …}} si debe usarse.",
    ),
    "head_kind": S("Row", "Renglón"),
    "head_value": S("Value", "Valor"),
    "head_notes": S("About the file", "Sobre el archivo"),
    "kind_error": S("not sent", "no se envía"),
    "kind_warning": S("to look at", "por revisar"),
    "note_hidden_rows": S("Hidden rows, read all the same: {where}", "Renglones ocultos que sí se leyeron: {where}"),
    "note_hidden_columns": S("Hidden columns, not read: {where}", "Columnas ocultas que no se leyeron: {where}"),
    "note_hidden_sheets": S("Hidden sheets, not read: {where}", "Hojas ocultas que no se leyeron: {where}"),
    "note_sheets_skipped": S("Sheets without a table of residents: {where}", "Hojas sin tabla de residentes: {where}"),
    "note_duplicate_headers": S(
        "Headers that stand above several columns: {where}", "Encabezados que se repiten en varias columnas: {where}"
    ),
    "note_left_out": S(
        "Rows left out as titles, totals, headers or signatures: {where}",
        "Renglones omitidos por ser títulos, totales, encabezados o firmas: {where}",
    ),
    "note_bloated_range": S(
        "The used range reaches far below the data, to row {where}",
        "El rango usado llega muy por debajo de los datos: {where}",
    ),
    "note_invisible_characters": S(
        "Cells with invisible characters, which are left out: {where}",
        "Celdas con caracteres invisibles, que se omiten: {where}",
    ),
    "note_column_passed_by": S("{where}", "{where}"),
    "head_where": S("Where", "Dónde"),
    "head_message": S("What to do", "Qué hacer"),
}
