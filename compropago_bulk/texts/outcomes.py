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
    "busy": Sentence(
        en="Another run is sending this very row now. Run again when it has ended.",
        es="Otra ejecución está enviando este mismo renglón. Ejecute de nuevo cuando termine.",
    ),
    "limit": Sentence(
        en="Left for later: limit={limit} was reached.",
        es="Queda para después: se alcanzó limit={limit}.",
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
