"""What statements say of what needs a person, and of what they go by."""

from __future__ import annotations

from . import Sentence as S

SENTENCES = {
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
