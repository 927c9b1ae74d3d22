"""What statements say of what needs a person, and of what they go by."""

from __future__ import annotations

from . import Sentence as S

SENTENCES = {
    "several_in_ledger": S(
        "Several people are called «{key}»: {names}. Name one by the reference, the CLABE or the name.",
        "Varias personas corresponden a «{key}»: {names}. Elija una por su referencia, su CLABE o su nombre.",
    ),
    "no_such_tower": S(
        "No tower is called «{key}». There are: {towers}.",
        "Ninguna torre se llama «{key}». Hay: {towers}.",
    ),
    "no_ledger_of": S(
        "{kind} has no movements. Give an account id, a Statement (or several), an Audit, or nothing for all orders.",
        "{kind} no tiene movimientos. Dé el id de una cuenta, un Statement (o varios), un Audit, o nada para todas las "
        "órdenes.",
    ),
    "no_statements_of": S(
        "No statement of the account {account} is kept in this journal. Make one first: cp.statement(…).",
        "En este registro no hay estados de cuenta de {account}. Haga uno primero: cp.statement(…).",
    ),
    "statements_overlap": S(
        "Two of the statements overlap ({one}; {other}): their deposits would count twice. Leave one out.",
        "Dos de los estados de cuenta se traslapan ({one}; {other}): sus depósitos contarían dos veces. Quite uno.",
    ),
    "ledger_head": S(
        "{residents} residents, {lines} movements, up to {day}",
        "{residents} residentes, {lines} movimientos, hasta el {day}",
    ),
    "ledger_money": S(
        "Owed before {opening}; billed {charged}; paid {paid}; owed now {balance}.",
        "Saldo anterior {opening}; cargos {charged}; pagos {paid}; saldo {balance}.",
    ),
    "kind_opening": S("Owed before", "Saldo anterior"),
    "kind_charge": S("Charge", "Cargo"),
    "kind_late_fee": S("Charge for paying late", "Recargo"),
    "kind_payment": S("Payment", "Pago"),
    "kind_returned": S("Payment given back", "Pago devuelto"),
    "kind_fee": S("Fee", "Comisión"),
    "head_concept": S("Concept", "Concepto"),
    "head_movement": S("Movement", "Movimiento"),
    "head_charge": S("Charge", "Cargo"),
    "head_payment": S("Payment", "Abono"),
    "head_month": S("Month", "Mes"),
    "head_rate": S("Collected", "Cobranza"),
    "head_billed": S("Billed", "Cargos"),
    "head_origin": S("Where it comes from", "De dónde sale"),
    "head_closing": S("Balance at the end", "Saldo final"),
    "head_form": S("Form of payment", "Forma de pago"),
    "head_order": S("Order", "Orden"),
    "page_months": S("Months", "Meses"),
    "page_pivot": S("By month", "Por mes"),
    "page_movements": S("Movements", "Movimientos"),
    "page_receipts": S("Payments", "Pagos"),
    "title_ledger": S("Ledger up to {day}", "Estado de movimientos al {day}"),
    "title_own_ledger": S("Your account up to {day}", "Su estado de cuenta al {day}"),
    "how_to_pay": S("How to pay", "Cómo pagar"),
    "pay_bank": S("Bank", "Banco"),
    "pay_to": S("Beneficiary", "Beneficiario"),
    "pay_concept": S("Concept", "Concepto"),
    "note_receipts": S(
        "For receipts: what is not known is left empty. 03 is a transfer.",
        "Para recibos: lo que no se conoce queda vacío. 03 es transferencia electrónica.",
    ),
    "plot_billed": S("Billed and paid, month by month", "Cargos y pagos, mes por mes"),
    "plot_trend": S("Paid, average of three months", "Pagos, promedio de tres meses"),
    "plot_balance": S("Balance at the end of each month", "Saldo al final de cada mes"),
    "unmatched_deposit": S(
        "{amount} came on {day} to the CLABE {clabe}, which is not in the sheet. Find out whose it is.",
        "{amount} llegó el {day} a la CLABE {clabe}, que no está en la hoja. Averigüe de quién es.",
    ),
    "old_clabe": S(
        "{amount} came on {day} to the CLABE {clabe}, which is not in the sheet; its holder is called like the resident of "
        "row {place}: their old CLABE, perhaps.",
        "{amount} llegó el {day} a la CLABE {clabe}, que no está en la hoja; su titular se llama como el residente del "
        "renglón {place}: quizá es su CLABE anterior.",
    ),
    "foreign_clabe": S(
        "the CLABE {clabe} is none of this account's. Deposits to it are not in this statement.",
        "la CLABE {clabe} no es de esta cuenta. Sus depósitos no están en este estado de cuenta.",
    ),
    "unclaimed_balance": S(
        "{who} had a balance of {amount} at the end of the former statement, and no row of this sheet is theirs.",
        "{who} tenía un saldo de {amount} al cierre del estado de cuenta anterior y ningún renglón de esta hoja es suyo.",
    ),
    "pending_deposit": S(
        "{amount} of {day} to the CLABE {clabe} is pending («{status}»): it is not counted. Look again later.",
        "{amount} del {day} a la CLABE {clabe} está pendiente («{status}»): no se cuenta. Consulte más tarde.",
    ),
    "rejected_deposit": S(
        "{amount} of {day} to the CLABE {clabe} was rejected («{status}»): it is not counted. Tell who paid.",
        "{amount} del {day} a la CLABE {clabe} fue rechazado («{status}»): no se cuenta. Avise a quien pagó.",
    ),
    "unknown_deposit": S(
        "{amount} of {day} to the CLABE {clabe} has an unknown status («{status}»): it is not counted. Ask ComproPago.",
        "{amount} del {day} a la CLABE {clabe} trae un estado desconocido («{status}»): no se cuenta. Pregunte.",
    ),
    "returned_deposit": S(
        "{amount} of {day} to the CLABE {clabe} was given back: it does not count as paid.",
        "{amount} del {day} a la CLABE {clabe} se devolvió: no cuenta como pagado.",
    ),
    "bad_sums": S(
        "Not a sum in the column «{header}»: {cells}. Mend these cells, as 1,500.00 or -150.00.",
        "No es un importe en la columna «{header}»: {cells}. Corrija esas celdas, como 1,500.00 o -150.00.",
    ),
    "bad_late_fee": S(
        "late_fee={rule} is no rule. Write {{'grace_days': 5, 'fixed': 100}} or {{'grace_days': 5, 'percent': 10}}.",
        "late_fee={rule} no es una regla. Escriba {{'grace_days': 5, 'fixed': 100}} o {{'grace_days': 5, 'percent': 10}}.",
    ),
    "opening_apart": S(
        "The former statement ends on {end} and this one starts on {start}: what lies between would be lost or counted "
        "twice. Leave since= out.",
        "El estado de cuenta anterior termina el {end} y este empieza el {start}: lo que hay en medio se perdería o se "
        "contaría dos veces. No indique since=.",
    ),
    "no_such_statement": S(
        "No statement is kept under {id}. cp.audits() lists those that are.",
        "No hay un estado de cuenta guardado con el id {id}. cp.audits() los enlista.",
    ),
    "only_tables": S(
        "Statement {id} was kept by an earlier release, as tables only. Make it anew for the same days.",
        "El estado de cuenta {id} se guardó con una versión anterior, sólo como tablas. Genérelo de nuevo para esos días.",
    ),
}
