"""What is said in a row's `error` column about what was known before, or found out after, the sending."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {
    "duplicate_key": Sentence(
        en="Another row of this sheet has the same key ({key_fields}) with other data. Nothing was sent; keep one of them.",
        es="Otro renglón de la hoja tiene la misma clave ({key_fields}) con otros datos. No se envió; deje sólo uno.",
    ),
    "no_result": Sentence(
        en="This table has no column outcome: counts, summary and notes are of what create_… and verify_orders give back.",
        es="Esta tabla no tiene la columna outcome: counts, summary y notes son de lo que devuelven create_… y verify_orders.",
    ),
    "repeated_row": Sentence(
        en="This row repeats row {row} exactly; it was sent once.",
        es="Este renglón repite exactamente el renglón {row}; se envió una sola vez.",
    ),
    "different_data": Sentence(
        en=(
            'It was created on {date} with other data. Nothing was sent. Give on_change="keep" to take what exists, '
            'or on_change="resend" to send it again with the new data.'
        ),
        es=(
            'Ya se creó el {date} con otros datos. No se envió. Indique on_change="keep" para tomar lo que existe, '
            'u on_change="resend" para enviarlo otra vez con los datos nuevos.'
        ),
    ),
    "known_under_other_name": Sentence(
        en=(
            "This reference was created on {date} for the same e-mail under another name. A mended name: use "
            'on_change="keep". A second person: on_change="resend".'
        ),
        es=(
            "Esta referencia se creó el {date} con el mismo correo y otro nombre. Si sólo se corrigió el nombre: "
            'on_change="keep". Si es otra persona: on_change="resend".'
        ),
    ),
    "sent_before_unknown": Sentence(
        en=(
            "It was sent on {date} and no answer can be trusted: it may exist. Look for it in ComproPago's panel, "
            "then tell cp.resolve(...); cp.unsettled() lists all such rows. It was not sent again."
        ),
        es=(
            "Se envió el {date} y no hubo respuesta confiable: puede existir. Búsquelo en el panel de ComproPago "
            "y dígalo con cp.resolve(...); cp.unsettled() los lista todos. No se envió otra vez."
        ),
    ),
    "looks_sent": Sentence(
        en=(
            "It looks as if this had gone out on {date} already, as «{then}» (run {run}). If it is the same, do not send "
            "it again: use the former prefix or spelling. If it is not, it may go out."
        ),
        es=(
            "Parece que esto ya se envió el {date}, como «{then}» (ejecución {run}). Si es lo mismo, no lo envíe de nuevo: "
            "use el prefijo o la escritura de entonces. Si no lo es, puede enviarse."
        ),
    ),
    "other_person": Sentence(
        en=(
            "This id was known as somebody else's since {date}: another name and another e-mail. Is it the right row, "
            "and does this condominium need its own id_prefix?"
        ),
        es=(
            "Este id era de otra persona desde el {date}: otro nombre y otro correo. ¿Es el renglón correcto? "
            "¿Necesita este condominio su propio id_prefix?"
        ),
    ),
    "time_passed": Sentence(
        en="It was last seen as pending, and its time to pay ended on {day}. See who has paid; "
        "where it has expired, a new order can be raised.",
        es="Se vio pendiente por última vez y su plazo de pago terminó el {day}. Consulte quién pagó; "
        "si ya venció, puede generar otra orden.",
    ),
    "other_key": Sentence(
        en=(
            "The {what} {value} of this row was made for «{then}», not for «{now}»: was the reference retyped, or did it "
            "lose its zeros? Nothing was sent. Mend the reference, or empty that cell."
        ),
        es=(
            "{value} ({what}) de este renglón se creó para «{then}», no para «{now}»: ¿se volvió a escribir la referencia "
            "o perdió sus ceros? No se envió. Corrija la referencia o vacíe esa celda."
        ),
    ),
    "not_in_journal": Sentence(
        en=(
            "This row carries {what} {value}, which this computer's journal does not know: it was made elsewhere. Nothing "
            "was sent. cp.adopt(table) takes it into the journal; then run again."
        ),
        es=(
            "Este renglón trae {value} ({what}), que el registro de esta computadora no conoce: se creó en otra parte. No "
            "se envió. cp.adopt(tabla) lo incorpora al registro; luego ejecute de nuevo."
        ),
    ),
    "what_order_id": Sentence(en="order", es="orden"),
    "what_clabe": Sentence(en="CLABE", es="CLABE"),
    "held_other_keys": Sentence(
        en=(
            "{twins} of {going} rows look as if they had gone out already with other keys of yours (since {date}). Nothing "
            "was sent. If the keys were changed and it is the same merchant: cp.same_account(old_public_key). If it is "
            "another merchant, again=True sends."
        ),
        es=(
            "{twins} de {going} renglones parecen ya enviados con otras llaves suyas (desde {date}). No se envió nada. Si "
            "cambiaron las llaves del mismo comercio: cp.same_account(llave_publica_anterior). Si es otro comercio, "
            "again=True envía."
        ),
    ),
    "held_other_product": Sentence(
        en=(
            "{twins} of {going} rows were charged already on {date}; only the spelling differs: «{then}» then, «{now}» "
            "now. Nothing was sent. Use the former product_id; if it is another charge, again=True sends."
        ),
        es=(
            "{twins} de {going} renglones ya se cobraron el {date}; sólo cambia la escritura: «{then}» entonces, «{now}» "
            "ahora. No se envió nada. Use el product_id de entonces; si es otro cobro, again=True envía."
        ),
    ),
    "held_other_ids": Sentence(
        en=(
            "{twins} of {going} rows are people to whom the same went out on {date} under other ids: «{then}» then, "
            "«{now}» now. Nothing was sent. Use the former id_prefix or id column; if it is not the same, again=True sends."
        ),
        es=(
            "{twins} de {going} renglones son personas a quienes ya se envió lo mismo el {date} con otro id: «{then}» "
            "entonces, «{now}» ahora. No se envió nada. Use el id_prefix o la columna de entonces; si no es lo mismo, "
            "again=True envía."
        ),
    ),
    "held_other_people": Sentence(
        en=(
            "{twins} of {going} rows have the id of somebody else (known since {date} under another name and e-mail). "
            "Nothing was sent. Another condominium needs its own id_prefix=; check that no column is shifted; "
            "again=True sends."
        ),
        es=(
            "{twins} de {going} renglones tienen el id de otra persona (conocida desde el {date} con otro nombre y correo). "
            "No se envió nada. Otro condominio necesita su propio id_prefix=; revise que ninguna columna esté corrida; "
            "again=True envía."
        ),
    ),
    "adopted_none": Sentence(
        en="Nothing to take in: the row has no order_id and no valid CLABE.",
        es="Nada por incorporar: el renglón no tiene order_id ni una CLABE válida.",
    ),
    "adopted_not_found": Sentence(
        en="ComproPago does not know this order under these keys; it was not taken in.",
        es="ComproPago no conoce esta orden con estas llaves; no se incorporó.",
    ),
    "adopted_differs": Sentence(
        en="The order is ComproPago's, but its e-mail or price is not this row's; it was not taken in.",
        es="La orden existe en ComproPago, pero su correo o precio no es el de este renglón; no se incorporó.",
    ),
    "busy": Sentence(
        en="Another run is sending this very row now. Run again when it has ended.",
        es="Otra ejecución está enviando este mismo renglón. Ejecute de nuevo cuando termine.",
    ),
    "limit": Sentence(
        en="Left for later: only the first {limit} rows were sent.",
        es="Queda para después: sólo se enviaron los primeros {limit} renglones.",
    ),
    "clabe_not_listed": Sentence(
        en=(
            "Created, but createAccount answers without the CLABE, and this API has no list of accounts to look it "
            "up in. ComproPago's e-mail to the resident and its panel show it."
        ),
        es=(
            "Creado, pero createAccount responde sin la CLABE y este API no tiene lista de cuentas donde consultarla. "
            "Aparece en el correo de ComproPago al residente y en el panel."
        ),
    ),
    "clabe_not_found": Sentence(
        en="Created, but ComproPago's list of the account does not show its CLABE (yet). Run again later.",
        es="Creado, pero la lista de la cuenta en ComproPago no muestra (aún) su CLABE. Ejecute de nuevo más tarde.",
    ),
    "lookup_failed": Sentence(
        en="Created, but its CLABE could not be looked up ({reason}). Run again: nothing will be created twice.",
        es="Creado, pero no se pudo consultar su CLABE ({reason}). Ejecute de nuevo: nada se creará dos veces.",
    ),
    "shared_clabe": Sentence(
        en=(
            "The API gave the same CLABE to row {row}, another customer: payments of both would be mixed. "
            "Do not hand this CLABE out; ask ComproPago, naming request_id."
        ),
        es=(
            "El API dio la misma CLABE al renglón {row}, que es otro cliente: sus pagos se mezclarían. "
            "No entregue esta CLABE; consulte a ComproPago indicando request_id."
        ),
    ),
    "resolve_what": Sentence(
        en="Say created=True (it exists in ComproPago's panel) or created=False (it does not).",
        es="Indique created=True (existe en el panel de ComproPago) o created=False (no existe).",
    ),
    "resolve_one": Sentence(
        en="order_id= and clabe= belong to one key. For several, fill in the table of cp.unsettled() and give that.",
        es="order_id= y clabe= son de una sola clave. Para varias, llene la tabla de cp.unsettled() y entréguela.",
    ),
    "resolve_unknown": Sentence(
        en="{key!r} is not unsettled. cp.unsettled() shows the keys that are, as they are to be written.",
        es="{key!r} no está pendiente. cp.unsettled() muestra las claves que lo están, tal como se escriben.",
    ),
    "resolve_several": Sentence(
        en="{key!r} is unsettled in several operations ({operations}). Name one: operation=...",
        es="{key!r} está pendiente en varias operaciones ({operations}). Indique una: operation=...",
    ),
}
