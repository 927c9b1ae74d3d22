"""What a run says of its rows, its keys, its journal and its end."""

from __future__ import annotations

from . import Sentence as S

SENTENCES: dict[str, S] = {
    "reading": S("Reading {name}", "Leyendo {name}"),
    "preparing": S("Reading and checking the rows", "Leyendo y revisando los renglones"),
    "exporting": S("Writing {name}", "Guardando {name}"),
    "looking_up": S("CLABEs looked up", "CLABE consultadas"),
    "the_sheet": S("the sheet", "la hoja"),
    "line": S("{label}: {done} of {total} rows", "{label}: {done} de {total} renglones"),
    "unit_rows": S(" rows", " renglones"),
    "slowed_down": S("ComproPago asks to slow down: {rate}/s", "ComproPago pide ir más lento: {rate}/s"),
    "waiting": S("waiting for an answer ({code})", "en espera de respuesta ({code})"),
    "stopping": S("stopping: requests in flight are finishing", "deteniendo: terminan las solicitudes en curso"),
    "row_rejected": S(
        "ComproPago refused it: {message}. Nothing was created; mend the row and run again.",
        "ComproPago lo rechazó: {message}. No se creó nada; corrija el renglón y ejecute de nuevo.",
    ),
    "row_failed": S(
        "It could not be sent after {tries} tries ({code}); nothing was created. Run again.",
        "No se pudo enviar tras {tries} intentos ({code}); no se creó nada. Ejecute de nuevo.",
    ),
    "row_unknown": S(
        "It was sent and no answer can be trusted ({code}): it may exist. Look in ComproPago's panel, then tell "
        "cp.resolve(...); cp.unsettled() lists all such rows.",
        "Se envió y no hubo respuesta confiable ({code}): puede existir. Búsquelo en el panel de ComproPago y dígalo "
        "con cp.resolve(...); cp.unsettled() los lista todos.",
    ),
    "row_not_found": S(
        "ComproPago knows no order with this id. Check the id, and that the keys are of the mode that made it.",
        "ComproPago no conoce una orden con este id. Revise el id, y que las llaves sean del modo en que se creó.",
    ),
    "interrupted": S(
        "The run was stopped before this row. Run again to go on.",
        "La ejecución se detuvo antes de este renglón. Ejecute de nuevo para continuar.",
    ),
    "outage": S(
        "ComproPago gave no good answer for too long, so the run stopped before this row. Run again later.",
        "ComproPago no respondió bien por demasiado tiempo y la ejecución se detuvo. Ejecute más tarde.",
    ),
    "wrong_key": S(
        "ComproPago refused the keys, so the run stopped. Check the keys, then run again.",
        "ComproPago rechazó las llaves y la ejecución se detuvo. Revise las llaves y ejecute de nuevo.",
    ),
    "redirected": S(
        "The address answered with a redirect, which is never followed. Check base_url, then run again.",
        "La dirección respondió con una redirección, que nunca se sigue. Revise base_url y repita.",
    ),
    "first_rows": S(
        "The first rows were all refused or got no answer, so the run stopped before this one. See their reasons.",
        "Los primeros renglones fueron rechazados o quedaron sin respuesta; la ejecución se detuvo. Vea sus razones.",
    ),
    "mode_mismatch": S(
        "An answer says that it was made in another mode than the keys are of. Stop and ask ComproPago.",
        "Una respuesta dice ser de otro modo que el de las llaves. Deténgase y consulte a ComproPago.",
    ),
    "echo_mismatch": S(
        "Created, but ComproPago's answer speaks of other data than were sent. Compare it in the panel before use.",
        "Creado, pero la respuesta de ComproPago trae otros datos que los enviados. Compárelo en el panel antes de usar.",
    ),
    "odd_answer": S(
        "Created or read, but ComproPago's answer is odd: characters that nothing can hold, a value of the wrong kind, "
        "a name that stands twice. Compare this row in the panel before use.",
        "Hecho, pero la respuesta de ComproPago es rara: caracteres que nada puede guardar, un valor de otro tipo, un "
        "nombre repetido. Compare este renglón en el panel antes de usarlo.",
    ),
    "journal": S(
        "The journal could not be written, so the run stopped before this row. Mend that, then run again.",
        "No se pudo escribir el registro y la ejecución se detuvo. Corríjalo y ejecute de nuevo.",
    ),
    "internal": S(
        "The run stopped on an error of the program before this row. Run again; nothing is sent twice.",
        "La ejecución se detuvo por un error del programa. Ejecute de nuevo; nada se envía dos veces.",
    ),
    "claim_lost": S(
        "This computer slept so long that another run took this row over. Run again to see it.",
        "Este equipo durmió tanto que otra ejecución tomó el renglón. Ejecute de nuevo para verlo.",
    ),
    "unrecorded": S(
        "It was answered, but the journal could not record it, so the next run cannot vouch for it. Note what this row "
        "shows, mend the journal, and tell cp.resolve(...).",
        "Hubo respuesta, pero no se pudo anotar en el registro y la próxima ejecución no lo sabrá. Anote lo que muestra "
        "este renglón, corrija el registro y dígalo con cp.resolve(...).",
    ),
    "run_ended": S(
        "The run that sent it ended without a word: it may exist. See cp.unsettled().",
        "La ejecución que lo envió terminó sin aviso: puede existir. Vea cp.unsettled().",
    ),
    "journal_keeps_nothing": S(
        "The journal must be a file or a PostgreSQL database; this one would keep nothing.",
        "El registro debe ser un archivo o una base PostgreSQL; éste no guardaría nada.",
    ),
    "journal_bad_url": S(
        "The journal's URL cannot be read. Write postgresql://user:password@host/database.",
        "No se entiende la URL del registro. Escriba postgresql://usuario:clave@servidor/base.",
    ),
    "journal_unknown_kind": S(
        "A journal cannot be kept in {kind!r}. Use a file's path or postgresql://…",
        "El registro no puede guardarse en {kind!r}. Use la ruta de un archivo o postgresql://…",
    ),
    "journal_closed": S("The journal was closed already. Open it again.", "El registro ya se cerró. Ábralo de nuevo."),
    "journal_interrupted": S(
        "The journal was interrupted while writing. Run again.",
        "El registro se interrumpió al escribir. Ejecute de nuevo.",
    ),
    "journal_needs_postgres": S(
        "A PostgreSQL journal needs: pip install 'compropago-bulk[postgres]'",
        "Un registro PostgreSQL necesita: pip install 'compropago-bulk[postgres]'",
    ),
    "journal_not_durable": S(
        "The journal {where} cannot promise to keep what it is told. Choose another place.",
        "El registro {where} no garantiza conservar lo escrito. Elija otro lugar.",
    ),
    "journal_not_writable": S(
        "The journal {path} cannot be written ({reason}). Choose another place: journal=…",
        "No se puede escribir el registro {path} ({reason}). Elija otro lugar: journal=…",
    ),
    "journal_no_file": S(
        "{path} is no file, so it cannot be a journal, and was not touched. Choose another place: journal=…",
        "{path} no es un archivo; no puede ser el registro y no se tocó. Elija otro lugar: journal=…",
    ),
    "journal_copied": S(
        "The journal {where} was last used as {before}. If it was moved, all is well. If it was copied, two copies do not "
        "know of each other: what one sends, the other would send again. Use one of them only. A shared folder is no "
        'way to share it; a PostgreSQL server is (journal="postgresql://…").',
        "El registro {where} se usó antes como {before}. Si se movió, todo está bien. Si es una copia, las dos no saben "
        "una de otra: lo que una envía, la otra lo enviaría de nuevo. Use sólo una. Una carpeta compartida no sirve para "
        'compartirlo; un servidor PostgreSQL sí (journal="postgresql://…").',
    ),
    "backup_of_a_server": S(
        "{where} is on a server: back it up with the server's own tools (pg_dump).",
        "{where} está en un servidor: respáldelo con las herramientas del servidor (pg_dump).",
    ),
    "backup_is_there": S(
        "{path} is there already and is left as it is. Choose another name.",
        "{path} ya existe y no se toca. Elija otro nombre.",
    ),
    "journal_not_there": S("There is no journal at {where} yet.", "Aún no hay registro en {where}."),
    "join_while_running": S(
        "A run under the former keys is at work. Wait until it has ended, then join the accounts.",
        "Hay una ejecución en curso con las llaves anteriores. Espere a que termine y luego una las cuentas.",
    ),
    "journal_emptied": S(
        "The journal {path} is empty, but one has been there: what was sent before would be sent again. Put a "
        "backup in its place. If it is really to begin anew, remove this file.",
        "El registro {path} está vacío, pero ahí hubo uno: lo ya enviado se enviaría otra vez. Ponga en su "
        "lugar un respaldo. Si de verdad se empieza de nuevo, borre este archivo.",
    ),
    "journal_run_over": S("Run {run} is over.", "La ejecución {run} ya terminó."),
    "journal_run_of_another_process": S(
        "Run {run} belongs to another process.", "La ejecución {run} es de otro proceso."
    ),
    "journal_unreachable": S(
        "The journal's server at {where} cannot be reached ({reason}). Check network and URL.",
        "No se alcanza el servidor del registro en {where} ({reason}). Revise red y URL.",
    ),
    "journal_awaited": S(
        "The journal's server at {where} went away; it is waited for, up to {seconds} s.",
        "El servidor del registro en {where} se fue; se le espera hasta {seconds} s.",
    ),
    "journal_failed": S("The journal {where} failed: {reason}", "Falló el registro {where}: {reason}"),
    "journal_locked": S(
        "Another program holds the journal {where} for too long. Close it and run again.",
        "Otro programa retiene el registro {where} demasiado tiempo. Ciérrelo y repita.",
    ),
    "journal_disk_full": S(
        "The disk of the journal {where} is full. Make room and run again.",
        "El disco del registro {where} está lleno. Libere espacio y repita.",
    ),
    "journal_disk_error": S(
        "The disk of the journal {where} has errors ({reason}). Choose another place: journal=…",
        "El disco del registro {where} falla ({reason}). Elija otro lugar: journal=…",
    ),
    "journal_cannot_open": S(
        "The journal {where} cannot be opened ({reason}). Check the folder and its rights.",
        "No se puede abrir el registro {where} ({reason}). Revise la carpeta y sus permisos.",
    ),
    "journal_read_only": S(
        "The journal {where} may only be read. Choose another place or ask for rights.",
        "El registro {where} es de sólo lectura. Elija otro lugar o pida permisos.",
    ),
    "journal_not_a_journal": S(
        "{where} is not a journal. Choose another place: journal=…",
        "{where} no es un registro. Elija otro lugar: journal=…",
    ),
    "journal_damaged": S(
        "The journal {where} is damaged. Restore it from a backup before sending anything.",
        "El registro {where} está dañado. Recupérelo de un respaldo antes de enviar nada.",
    ),
    "journal_refused": S(
        "The journal's server refused the user or the password ({where}).",
        "El servidor del registro rechazó el usuario o la clave ({where}).",
    ),
    "journal_no_database": S(
        "The journal's server has no such database ({where}). Create it first.",
        "El servidor del registro no tiene esa base ({where}). Créela primero.",
    ),
    "journal_newer": S(
        "The journal {where} was written by a newer release. Upgrade: pip install -U compropago-bulk",
        "El registro {where} es de una versión más nueva. Actualice: pip install -U compropago-bulk",
    ),
    "journal_unknown_key": S(
        "The journal has no send of this key that could be settled.",
        "El registro no tiene un envío de esta clave que se pueda resolver.",
    ),
    "seal_edited": S(
        "Report no. {number} ({when}) is not as it was kept: its content, its moment, its sheet's hash or the looks "
        "that it was made from were changed. Compare it with the printed seal {seal}, or with a backup.",
        "El reporte {number} ({when}) no está como se guardó: se cambió su contenido, su fecha, la huella de su hoja o "
        "las consultas de las que salió. Compárelo con el sello impreso {seal} o con un respaldo.",
    ),
    "seal_not_the_next": S(
        "A report that stood before no. {number} ({when}) is gone or was exchanged. Look for it in a backup.",
        "Falta o se cambió un reporte anterior al {number} ({when}). Búsquelo en un respaldo.",
    ),
    "seal_put_in": S(
        "Report no. {number} ({when}) was put in afterwards: the chain of seals does not lead to it. Do not rely on it.",
        "El reporte {number} ({when}) se metió después: la cadena de sellos no lleva a él. No lo dé por bueno.",
    ),
    "seal_unsealed": S(
        "Report no. {number} ({when}) has no seal, though all reports of its time do. Do not rely on it.",
        "El reporte {number} ({when}) no tiene sello, aunque los de su tiempo sí. No lo dé por bueno.",
    ),
    "seal_end_missing": S(
        "The last report, no. {number} with seal {seal}, is gone. Look for it in a backup.",
        "Falta el último reporte, el {number} con sello {seal}. Búsquelo en un respaldo.",
    ),
}
