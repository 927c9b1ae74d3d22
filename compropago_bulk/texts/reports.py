"""What audits, statements and letters say."""

from __future__ import annotations

from . import Sentence as S

SENTENCES: dict[str, S] = {
    # days
    **{
        f"month_{number}": S(en, es)
        for number, (en, es) in enumerate(
            (
                ("January", "enero"),
                ("February", "febrero"),
                ("March", "marzo"),
                ("April", "abril"),
                ("May", "mayo"),
                ("June", "junio"),
                ("July", "julio"),
                ("August", "agosto"),
                ("September", "septiembre"),
                ("October", "octubre"),
                ("November", "noviembre"),
                ("December", "diciembre"),
            ),
            start=1,
        )
    },
    "bad_when": S(
        "{text!r} is neither a day nor a moment: give a date, a datetime, or text such as 2026-03-15, 15/03/2026, 2026-03 or marzo 2026.",
        "{text!r} no es un día ni un momento: dé una fecha, un datetime o un texto como 2026-03-15, 15/03/2026, 2026-03 o marzo 2026.",
    ),
    "bad_period": S(
        "The period ends ({until}) before it begins ({since}).",
        "El periodo termina ({until}) antes de empezar ({since}).",
    ),
    # problems of an audit
    "row": S("Row {place}", "Renglón {place}"),
    "price_differs": S(
        "the order asks for {api}, but {sheet} was to be charged. Raise a new order, or correct the sheet.",
        "la orden cobra {api}, pero debía cobrar {sheet}. Genere otra orden o corrija la hoja.",
    ),
    "precision_lost": S(
        "the CLABE {sheet} has lost its digits (a spreadsheet program made a number of it); ComproPago has {api}. Do not hand "
        "it out; export the list again, and open it in Excel, not as CSV.",
        "la CLABE {sheet} perdió dígitos (Excel la convirtió en número); ComproPago tiene {api}. No la entregue; exporte la "
        "lista de nuevo y ábrala en Excel, no como CSV.",
    ),
    "clabe_differs": S(
        "the sheet has the CLABE {sheet}, but the order's is {api}. Give the resident the order's.",
        "la hoja tiene la CLABE {sheet}, pero la de la orden es {api}. Comunique al residente la de la orden.",
    ),
    "email_differs": S(
        "ComproPago writes to {api}, but the sheet has {sheet}. Make sure whose order this is.",
        "ComproPago escribe a {api}, pero la hoja tiene {sheet}. Confirme de quién es la orden.",
    ),
    "name_differs": S(
        "the order is in the name of {api}, but the sheet has {sheet}. Make sure whose order this is.",
        "la orden está a nombre de {api}, pero la hoja tiene {sheet}. Confirme de quién es la orden.",
    ),
    "fee_mismatch": S(
        "ComproPago's fee is {api}, where {sheet} was expected. Ask ComproPago which tariff applies.",
        "la comisión de ComproPago es {api} y se esperaba {sheet}. Pregunte a ComproPago qué tarifa aplica.",
    ),
    "iva_mismatch": S(
        "the IVA of the fee is {api}, but 16 % would be {sheet}. Ask ComproPago for the invoice.",
        "el IVA de la comisión es {api}, pero el 16 % sería {sheet}. Pida la factura a ComproPago.",
    ),
    "expired_many": S(
        "{orders} orders ran out unpaid; the page «{page}» lists them. Raise them again or talk to the residents.",
        "{orders} órdenes vencieron sin pagarse; están en la hoja «{page}». Genérelas de nuevo o hable con los residentes.",
    ),
    "expired_unpaid": S(
        "the order of {api} expired without being paid. Raise it again, or talk to the resident.",
        "la orden de {api} venció sin pagarse. Genérela de nuevo o hable con el residente.",
    ),
    "not_found": S(
        "ComproPago knows no such order. Check the order id, and that the keys are those of this account.",
        "ComproPago no conoce esta orden. Revise el id de la orden y que las llaves sean las de esta cuenta.",
    ),
    "mode_mismatch": S(
        "the order is of mode {api}, but the keys are of mode {sheet}. Test orders are no money.",
        "la orden es del modo {api}, pero las llaves son del modo {sheet}. Una orden de prueba no es dinero.",
    ),
    "unknown_status": S(
        "ComproPago says {api}, which is no status that we know. Look the order up in ComproPago's panel.",
        "ComproPago responde {api}, un estado que no conocemos. Busque la orden en el panel de ComproPago.",
    ),
    "currency": S(
        "ComproPago says that this order is in {api}, not in {sheet}: it is not added up. Ask them.",
        "ComproPago dice que esta orden está en {api}, no en {sheet}: no se suma. Pregúnteles.",
    ),
    "repeated_row": S(
        "this row repeats an earlier one of «{sheet}»: it is counted there. Delete it.",
        "este renglón repite uno anterior de «{sheet}»: ahí se cuenta. Bórrelo.",
    ),
    "no_order": S(
        "{sheet} has no order: nothing was charged. Raise its payment order.",
        "{sheet} no tiene orden: no se le cobró nada. Genere su orden de pago.",
    ),
    "no_resident": S(
        "the order ({api}) belongs to nobody in the sheet. Add the resident, or find out why it was raised.",
        "la orden ({api}) no es de nadie en la hoja. Agregue al residente o averigüe por qué se generó.",
    ),
    "two_open_orders": S(
        "two open orders for one resident and product: {sheet} and {api}. If both are paid, one must be returned.",
        "dos órdenes abiertas del mismo residente y producto: {sheet} y {api}. Si paga ambas, habrá que devolver una.",
    ),
    "fee_mismatch_alike": S(
        "{orders} of {all} orders have another fee than expected, all alike (the first: {api} instead of {sheet}). Your "
        "tariff may be another one: say fee_fixed= and fee_share=.",
        "{orders} de {all} órdenes tienen otra comisión que la esperada, todas por igual (la primera: {api} en lugar de "
        "{sheet}). Quizá su tarifa sea otra: indique fee_fixed= y fee_share=.",
    ),
    "iva_mismatch_alike": S(
        "{orders} of {all} orders have another IVA than 16 % of the fee, all alike (the first: {api} instead of {sheet}).",
        "{orders} de {all} órdenes tienen un IVA distinto al 16 % de la comisión, todas por igual (la primera: {api} en "
        "lugar de {sheet}).",
    ),
    "no_resident_alike": S(
        "{orders} orders of the same product belong to residents who are not in this sheet of {all} rows: it seems to be "
        "a part of the residents.",
        "{orders} órdenes del mismo producto son de residentes que no están en esta hoja de {all} renglones: parece ser "
        "sólo una parte de los residentes.",
    ),
    "not_kept": S(
        "This report could not be kept in the journal: it cannot be called up later. Export it now.",
        "Este reporte no se pudo guardar en el registro y no podrá consultarse después. Expórtelo ahora.",
    ),
    # the audit in words
    "audit_headline": S(
        "{orders} orders, as of {moment} (Mexico City)", "{orders} órdenes, al {moment} (Ciudad de México)"
    ),
    "audit_money": S(
        "Paid {paid} of {amount} ({share}); owed {owed}.", "Pagado {paid} de {amount} ({share}); por cobrar {owed}."
    ),
    "audit_unread": S(
        "Orders that were NOT read: {orders} ({reason}). Audit again for the whole picture.",
        "Órdenes que NO se consultaron: {orders} ({reason}). Repita la auditoría para tener el panorama completo.",
    ),
    "audit_problems": S("Things to look at: {problems}.", "Puntos por revisar: {problems}."),
    "audit_changes": S(
        "Orders that changed since the last audit: {changes}.",
        "Órdenes que cambiaron desde la última auditoría: {changes}.",
    ),
    "more": S("… and {problems} more.", "… y {problems} más."),
    "blank": S("(blank)", "(en blanco)"),
    "no_column": S(
        "There is no column {column!r}. The table has: {known}", "No hay columna {column!r}. La tabla tiene: {known}"
    ),
    "no_matplotlib": S(
        'Pictures need matplotlib: pip install "compropago-bulk[plots]"',
        'Para las gráficas hace falta matplotlib: pip install "compropago-bulk[plots]"',
    ),
    # statuses and ages
    "label_ACCEPTED": S("Paid", "Pagada"),
    "label_PENDING": S("Open", "Pendiente"),
    "label_EXPIRED": S("Expired unpaid", "Vencida sin pago"),
    "label_current": S("Not due yet", "Por vencer"),
    "label_1": S("Up to 1 month", "Hasta 1 mes"),
    "label_2-3": S("2 to 3 months", "De 2 a 3 meses"),
    "label_more_than_3": S("More than 3 months", "Más de 3 meses"),
    "label_total": S("Total", "Total"),
    # the picture
    "plot_title": S("Paid {paid} of {amount}", "Pagado {paid} de {amount}"),
    "plot_orders": S("Orders by month", "Órdenes por mes"),
    "plot_money": S("Money over time, MXN", "Dinero en el tiempo, MXN"),
    "plot_charged": S("Charged", "Cargos emitidos"),
    "plot_paid": S("Seen paid", "Pagos detectados"),
    # letters
    "letter_greeting": S("Dear {name}:", "Estimado(a) {name}:"),
    "letter_neighbour": S("neighbour", "vecino(a)"),
    "letter_no_day": S("an earlier day", "una fecha anterior"),
    "letter_fees": S("fees", "cuotas"),
    "letter_owes_unit": S(
        "According to our records, {amount} is pending for unit {unit} ({concept}), due on {due}.",
        "De acuerdo con nuestros registros, la unidad {unit} tiene pendiente un pago de {amount} ({concept}), con fecha "
        "límite: {due}.",
    ),
    "letter_owes": S(
        "According to our records, {amount} is pending ({concept}), due on {due}.",
        "De acuerdo con nuestros registros, tiene pendiente un pago de {amount} ({concept}), con fecha límite: {due}.",
    ),
    "letter_pay": S(
        "You can pay it by SPEI transfer, for exactly this amount, to your CLABE {clabe}.",
        "Puede pagarlo por transferencia SPEI, por el monto exacto, a su CLABE {clabe}.",
    ),
    "letter_pay_each": S(
        "You can pay by SPEI transfer to your CLABE {clabe}: one transfer for each pending charge, for its exact amount.",
        "Puede pagar por transferencia SPEI a su CLABE {clabe}: una transferencia por cada cargo pendiente, por su monto "
        "exacto.",
    ),
    "letter_ended": S(
        "The term for paying it has passed, so please do not transfer to the earlier reference: ask us for a new one.",
        "El plazo para pagarlo ya venció; por favor no transfiera a la referencia anterior y solicítenos una nueva.",
    ),
    "letter_some_ended": S(
        "For the charges whose term has passed, please ask us for a new payment reference first.",
        "Para los cargos cuyo plazo ya venció, por favor solicítenos antes una nueva referencia de pago.",
    ),
    "letter_thanks": S(
        "If you have paid already, please send us the receipt and disregard this message. Thank you.",
        "Si ya realizó su pago, le agradecemos enviarnos el comprobante y hacer caso omiso de este mensaje. Muchas gracias.",
    ),
    "bad_template": S(
        "The template cannot use {name}. It may name: {known}",
        "La plantilla no puede usar {name}. Puede nombrar: {known}",
    ),
    # statements
    "period": S("{since} to {until}", "del {since} al {until}"),
    "period_until": S("up to {until}", "hasta el {until}"),
    "statement_headline": S("{residents} residents, {period}", "{residents} residentes, {period}"),
    "statement_money": S("Due {due}, paid {paid}, fees {fees}.", "Por pagar {due}, pagado {paid}, comisiones {fees}."),
    "statement_unmatched": S(
        "Deposits to a CLABE that is not in the sheet: {deposits} ({amount}).",
        "Depósitos a una CLABE que no está en la hoja: {deposits} ({amount}).",
    ),
    "ties": S(
        "Tied to the account's balance, {balance}: the difference is {difference}.",
        "Cuadra con el saldo de la cuenta, {balance}: la diferencia es {difference}.",
    ),
    "ties_not": S(
        "NOT tied to the account's balance, {balance}: the difference is {difference}. Ask ComproPago for the movements.",
        "NO cuadra con el saldo de la cuenta, {balance}: la diferencia es {difference}. Pida a ComproPago los movimientos.",
    ),
    "unread": S(
        "{orders} orders could not be read, so nobody knows whether they were paid and nobody is asked to pay them: {ids}. "
        "Audit again.",
        "No se pudieron leer {orders} órdenes: no se sabe si ya se pagaron y no se cobran a nadie: {ids}. Vuelva a "
        "auditar.",
    ),
    "no_balance": S(
        "ComproPago does not list this account's balance, so the totals cannot be tied to it.",
        "ComproPago no informa el saldo de esta cuenta, así que los totales no se pueden cuadrar con él.",
    ),
    "no_clabe": S(
        "the resident has no CLABE, so no deposit can be theirs. Create one.",
        "el residente no tiene CLABE, así que ningún depósito puede ser suyo. Genérele una.",
    ),
    "bad_clabe": S("{clabe} is no valid CLABE. Correct it.", "{clabe} no es una CLABE válida. Corríjala."),
    "no_due": S(
        "the sheet has no fee for this resident, so nobody can say whether they owe.",
        "la hoja no tiene cuota para este residente, así que no se puede saber si debe.",
    ),
    "double": S(
        "paid the fee more than once: {paid} instead of {due}. Agree with the resident what to do with the rest.",
        "pagó la cuota más de una vez: {paid} en lugar de {due}. Acuerde con el residente qué hacer con el excedente.",
    ),
    "shared_clabe": S(
        "rows {places} have the same CLABE {clabe}: its deposits are counted for the first of them.",
        "los renglones {places} tienen la misma CLABE {clabe}: sus depósitos se cuentan al primero.",
    ),
    "no_such_resident": S("Nobody in the sheet is called {key!r}.", "Nadie en la hoja corresponde a {key!r}."),
    "several_residents": S(
        "{key!r} is several residents (rows {places}): say which, by reference or CLABE.",
        "{key!r} son varios residentes (renglones {places}): indique cuál, por referencia o CLABE.",
    ),
    "paid_paid": S("Paid", "Pagó"),
    "paid_late": S("Paid late", "Pagó tarde"),
    "paid_over": S("Paid too much", "Pagó de más"),
    "paid_double": S("Paid twice", "Pagó doble"),
    "paid_partial": S("Paid a part", "Pagó una parte"),
    "paid_nothing": S("Paid nothing", "No ha pagado"),
    "paid_no_due": S("No fee known", "Sin cuota conocida"),
    # tables on screen
    "head_status": S("Status", "Estado"),
    "head_age": S("Owed since", "Antigüedad del adeudo"),
    "head_orders": S("Orders", "Órdenes"),
    "head_amount": S("Amount", "Monto"),
    "head_share": S("Share", "Proporción"),
    "head_residents": S("Residents", "Residentes"),
    "head_due": S("Due", "Por pagar"),
    "head_paid": S("Paid", "Pagado"),
    # workbooks
    "book_audit": S("Collection audit", "Auditoría de cobranza"),
    "book_statement": S("Statement of account", "Estado de cuenta"),
    "as_of": S("As of {moment} (Mexico City)", "Al {moment} (Ciudad de México)"),
    "fact_made": S("Made on", "Fecha de elaboración"),
    "fact_source": S("Made from", "Elaborado a partir de"),
    "fact_mode": S("Mode", "Modo"),
    "fact_number": S("Kept under number", "Folio en el registro"),
    "fact_account": S("Account", "Cuenta"),
    "sealed": S("kept as no. {number}, seal {seal}…", "folio {number}, sello {seal}…"),
    "other_debts": S(
        "Besides, {orders} unpaid orders of other months or concepts that are not in this text: {amount}.",
        "Además, {orders} órdenes sin pagar de otros meses o conceptos que no están en este texto: {amount}.",
    ),
    "other_accounts": S(
        "Kept under other keys or addresses, and not read here: {told}.",
        "Guardados con otras llaves o direcciones, y no leídos aquí: {told}.",
    ),
    "which_account": S(
        "Whose books? Give a connection, or account= with one of: {known}.",
        "¿De quién son los libros? Dé una conexión, o account= con una de: {known}.",
    ),
    "no_such_report": S(
        "No audit or statement is kept under {id}. cp.audits() lists them.",
        "No hay auditoría ni estado de cuenta guardado con el folio {id}. cp.audits() los enumera.",
    ),
    "not_intact": S(
        "This report (no. {id}), or one before it, is not as it was sealed: compare it with the printed seal.",
        "Este reporte (folio {id}), o uno anterior, no está como se selló: compárelo con el sello impreso.",
    ),
    "not_kept_short": S("not kept", "sin guardar"),
    "source_table": S("a table in memory", "una tabla en memoria"),
    "source_journal": S("all orders in the journal", "todas las órdenes del registro"),
    "page_summary": S("Summary", "Resumen"),
    "page_debtors": S("Who owes", "Adeudos"),
    "page_towers": S("By tower", "Por torre"),
    "page_orders": S("Orders", "Órdenes"),
    "page_changes": S("Changes", "Cambios"),
    "page_problems": S("To look at", "Por revisar"),
    "page_residents": S("Residents", "Residentes"),
    "page_deposits": S("Deposits", "Depósitos"),
    "page_unmatched": S("Unmatched", "Sin identificar"),
    "page_own": S("Statement", "Estado de cuenta"),
    "title_audit": S("Collection as of {day}", "Cobranza al {day}"),
    "title_status": S("Orders by status", "Órdenes por estado"),
    "title_ageing": S("What is owed, by age", "Antigüedad de los adeudos"),
    "title_debtors": S("Who owes", "Relación de adeudos"),
    "title_towers": S("Collection by tower", "Cobranza por torre"),
    "title_orders": S("Orders, one by one", "Detalle de las órdenes"),
    "title_changes": S("Changes since the last audit", "Cambios desde la última auditoría"),
    "title_problems": S("What needs a person", "Puntos por revisar"),
    "title_statement": S("Statement of account: {account}", "Estado de cuenta: {account}"),
    "title_payments": S("Residents by payment", "Residentes por situación de pago"),
    "title_books": S("Tied to the account's balance", "Conciliación con el saldo de la cuenta"),
    "title_deposits": S("Deposits", "Depósitos recibidos"),
    "title_unmatched": S(
        "Deposits to a CLABE that is not in the sheet", "Depósitos a una CLABE que no está en la hoja"
    ),
    "statement_period": S("Period: {period}", "Periodo: {period}"),
    "chart_status": S("Amount by status (MXN)", "Monto por estado (MXN)"),
    "page_notes": S("Notes", "Notas"),
    "head_note": S("What is to be known", "Qué hay que saber"),
    "head_month": S("Month", "Mes"),
    "chart_ageing": S("What is owed, by age (MXN)", "Adeudos por antigüedad (MXN)"),
    "chart_towers": S("Paid and owed by tower (MXN)", "Pagado y por cobrar por torre (MXN)"),
    "chart_payments": S("Due and paid (MXN)", "Por pagar y pagado (MXN)"),
    "head_tower": S("Tower", "Torre"),
    "head_unit": S("Unit", "Unidad"),
    "head_reference": S("Reference", "Referencia"),
    "head_name": S("Name", "Nombre"),
    "head_concept": S("Concept", "Concepto"),
    "head_due_date": S("Due on", "Fecha límite"),
    "head_first_paid": S("Seen paid on", "Pago detectado el"),
    "head_order_id": S("Order id", "Id de orden"),
    "head_owed": S("Owed", "Por cobrar"),
    "head_paid_share": S("Paid share", "Proporción pagada"),
    "head_previous": S("Before", "Estado anterior"),
    "head_now": S("Now", "Estado actual"),
    "head_message": S("What to do", "Qué hacer"),
    "head_sheet_value": S("Expected", "Se esperaba"),
    "head_api_value": S("ComproPago says", "ComproPago dice"),
    "head_payment": S("Payment", "Situación de pago"),
    "head_balance": S("Balance", "Saldo"),
    "head_opening": S("Owed before", "Saldo anterior"),
    "head_fees": S("Fees", "Comisiones"),
    "head_net": S("Net", "Neto"),
    "head_last": S("Last payment", "Último pago"),
    "head_date": S("Date", "Fecha"),
    "head_item": S("Item", "Concepto"),
    "head_tracking": S("Tracking key", "Clave de rastreo"),
    "head_holder": S("Holder by ComproPago", "Titular según ComproPago"),
    "head_likely": S("Row of that name", "Renglón con ese nombre"),
    "item_opening": S("Opening balance", "Saldo inicial"),
    "item_deposits": S("+ Deposits", "+ Depósitos"),
    "item_returned": S("− Given back", "− Devoluciones"),
    "item_fees": S("− Fees", "− Comisiones"),
    "item_other": S("± Other movements", "± Otros movimientos"),
    "item_closing": S("= Closing balance", "= Saldo final del periodo"),
    "item_after": S("± Movements after the period", "± Movimientos posteriores"),
    "item_balance": S("Balance by ComproPago", "Saldo según ComproPago"),
    "item_difference": S("Difference", "Diferencia"),
    "state_repeat": S("(repeated row)", "(renglón repetido)"),
    "state_no_order": S("Without order", "Sin orden"),
    "state_not_found": S("Not found", "No encontrada"),
    "state_unread": S("Not read", "Sin consultar"),
    "no_orders": S("There are no orders.", "No hay órdenes."),
    "nobody_owes": S("Nobody owes anything.", "Nadie tiene adeudos."),
    "no_changes": S("Nothing has changed.", "No hubo cambios."),
    "no_problems": S("There is nothing to look at.", "No hay nada por revisar."),
    "no_deposits": S("No deposits in this period.", "No hubo depósitos en este periodo."),
    "no_unmatched": S("All deposits have a resident.", "Todos los depósitos tienen residente."),
    "not_in_sheet": S("(not in the sheet)", "(no está en la hoja)"),
    "note_balance": S(
        "Balance: more than 0 is owed; less than 0 is in the resident's favour.",
        "Saldo: mayor que 0 es adeudo; menor que 0 es a favor del residente.",
    ),
    "own_owes": S("Owed: {amount}.", "Saldo por pagar: {amount}."),
    "own_favour": S("In favour: {amount}.", "Saldo a favor: {amount}."),
    "own_even": S("All paid. Thank you.", "Sin adeudo. Gracias."),
}
