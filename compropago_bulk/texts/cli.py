"""What the command line says: its help, its questions and its few plain lines."""

from __future__ import annotations

from . import Sentence as S

SENTENCES: dict[str, S] = {
    "about": S(
        "Accounts, CLABEs and SPEI payment orders on ComproPago, from a spreadsheet of residents and back.",
        "Cuentas, CLABEs y órdenes de pago SPEI en ComproPago, desde una hoja de residentes y de regreso.",
    ),
    "help_usage": S("Usage:", "Uso:"),
    "help_options": S("Options:", "Opciones:"),
    "help_arguments": S("Arguments:", "Argumentos:"),
    "help_commands": S("Commands:", "Órdenes:"),
    "help_show_help": S("Show this message and exit.", "Muestra esta ayuda."),
    "help_any_options": S("[OPTIONS]", "[OPCIONES]"),
    "help_command_args": S("COMMAND [ARGS]...", "ORDEN [ARGUMENTOS]..."),
    "help_required": S("[required]", "[obligatorio]"),
    "help_default": S("[default:", "[si no se dice:"),
    "meta_file": S("FILE", "ARCHIVO"),
    "meta_name": S("NAME", "NOMBRE"),
    "meta_field_header": S("FIELD=HEADER", "CAMPO=ENCABEZADO"),
    "meta_field_value": S("FIELD=VALUE", "CAMPO=VALOR"),
    "meta_text": S("TEXT", "TEXTO"),
    "meta_profile": S("FILE.toml", "ARCHIVO.toml"),
    "meta_picture": S("FILE.png", "ARCHIVO.png"),
    "meta_email": S("EMAIL", "CORREO"),
    "meta_journal": S("PATH|URL", "RUTA|URL"),
    "meta_edition": S("EDITION", "EDICIÓN"),
    "meta_day": S("YYYY-MM-DD", "AAAA-MM-DD"),
    "meta_key": S("KEY", "CLAVE"),
    "meta_account": S("ACCOUNT", "CUENTA"),
    "meta_path": S("PATH", "RUTA"),
    "meta_run": S("RUN", "EJECUCIÓN"),
    "help_of_str": S("<str>", "<txt>"),
    "help_of_path": S("<path>", "<ruta>"),
    "wrong_missing": S("Missing argument", "Falta"),
    "wrong_no_option": S("No such option:", "No existe la opción"),
    "wrong_no_command": S("No such command", "No existe la orden"),
    "wrong_bad_value": S("Invalid value for", "No sirve el valor de"),
    "wrong_no_number": S("Input should be a valid number, unable to parse string as a number", "debe ser un número"),
    "wrong_no_integer": S(
        "Input should be a valid integer, unable to parse string as an integer", "debe ser un número entero"
    ),
    "wrong_extra": S("Got unexpected extra argument(s)", "Sobra:"),
    "wrong_perhaps": S("Possible options:", "quizá:"),
    "see_help": S("See `{command} --help`.", "Vea `{command} --help`."),
    "opt_profile": S(
        "What stays the same for a condominium: columns, prefix, product, name, logo.",
        "Lo que no cambia en un condominio: columnas, prefijo, producto, nombre, logotipo.",
    ),
    "about_check": S(
        "Say what would be sent and what to mend first. Sends nothing.",
        "Dice qué se enviaría y qué corregir antes. No envía nada.",
    ),
    "about_accounts": S("Create an account for each resident, once.", "Crea una cuenta por residente, una sola vez."),
    "about_clabes": S("Create a CLABE for each resident, once.", "Crea una CLABE por residente, una sola vez."),
    "about_orders": S(
        "Raise a payment order for each resident, once a product.",
        "Genera una orden de pago por residente, una por producto.",
    ),
    "about_verify": S(
        "Read the orders' status: who has paid, what changed.",
        "Consulta el estado de las órdenes: quién pagó y qué cambió.",
    ),
    "about_audit": S(
        "Say who has paid, who owes, since when, and what looks wrong; keep it, dated.",
        "Dice quién pagó, quién debe, desde cuándo y qué revisar; lo guarda con fecha.",
    ),
    "about_statement": S(
        "Put an account's deposits against the residents' dues, tied to its balance.",
        "Compara los depósitos de una cuenta con lo que debe cada residente y los cuadra con el saldo.",
    ),
    "about_ledger": S(
        "Every charge and payment in line, flat by flat, with a running balance.",
        "Cada cargo y cada pago en fila, departamento por departamento, con su saldo.",
    ),
    "arg_ledger": S(
        "The account whose kept statements are put in line; else all orders that the journal knows.",
        "La cuenta cuyos estados de cuenta guardados se ponen en fila; si no, todas las órdenes del registro.",
    ),
    "about_runs": S("What was sent, when, and what came of it.", "Qué se envió, cuándo y qué resultó."),
    "about_resolve": S(
        "Say of rows that nobody can vouch for whether they exist; without a key, list them.",
        "Indica si existen los renglones inciertos; sin clave, los enlista.",
    ),
    "about_sandbox": S(
        "Run the documented API on this machine, for trying things out.",
        "Ejecuta el API documentado en este equipo, para probar.",
    ),
    "about_demo": S(
        "Show the whole job on the sandbox, with invented residents.",
        "Muestra todo el trabajo en el sandbox, con residentes inventados.",
    ),
    "about_app": S(
        "Open the wizard in the browser, without a notebook (extra `app`).",
        "Abre el asistente en el navegador, sin cuaderno (extra `app`).",
    ),
    "opt_app_folder": S(
        "Where sheets are looked for and results go.", "Dónde se buscan hojas y se guardan resultados."
    ),
    "opt_browser": S("Open the browser.", "Abrir el navegador."),
    "opt_theme": S("Light or dark.", "Claro (light) u oscuro (dark)."),
    "needs_app": S(
        "This needs: pip install 'compropago-bulk[app]'", "Esto necesita: pip install 'compropago-bulk[app]'"
    ),
    "app_runs": S(
        "The wizard, for this computer only:\n  {address}\nFiles: {folder}. Ctrl-C ends it.",
        "El asistente, sólo para este equipo:\n  {address}\nArchivos: {folder}. Ctrl-C lo termina.",
    ),
    "app_ended": S(
        "The page could not be served. Upgrade it: pip install -U 'compropago-bulk[app]'",
        "No se pudo servir la página. Actualice: pip install -U 'compropago-bulk[app]'",
    ),
    "arg_file": S("The spreadsheet: .xlsx .xlsm .xls .ods .csv .tsv", "La hoja: .xlsx .xlsm .xls .ods .csv .tsv"),
    "arg_orders": S(
        "A workbook with order ids; without one, all orders that the journal knows.",
        "Un libro con ids de orden; sin él, todas las órdenes del registro.",
    ),
    "arg_audited": S(
        "A workbook with order ids, or a sheet of residents; without one, all orders that the journal knows.",
        "Un libro con ids de orden o una hoja de residentes; sin él, todas las órdenes del registro.",
    ),
    "arg_account": S("The account's id, as ComproPago lists it.", "El id de la cuenta, como la enlista ComproPago."),
    "arg_run": S("A run's id: show what it sent.", "El id de una ejecución: muestra lo que envió."),
    "arg_key": S("The key, as the list shows it.", "La clave, como aparece en la lista."),
    "opt_sheet": S(
        "A sheet's name or number; may be repeated. Else every visible one with residents.",
        "Nombre o número de hoja; se puede repetir. Si no, todas las visibles con residentes.",
    ),
    "opt_column": S(
        "Which header holds a field; repeat a field to join headers with a dash.",
        "Qué encabezado tiene un campo; repita el campo para unir encabezados con guion.",
    ),
    "opt_set": S(
        "A field's value for every row that has none of its own.",
        "El valor de un campo para los renglones que no lo tengan.",
    ),
    "opt_id_prefix": S("Goes in front of every reference: ALA-", "Va antes de cada referencia: ALA-"),
    "opt_output": S("Where the workbook goes.", "Dónde se guarda el libro."),
    "opt_marked": S(
        "Write a copy of the workbook with the cells to mend coloured and commented.",
        "Guarda una copia del libro con las celdas por corregir coloreadas y comentadas.",
    ),
    "opt_dry_run": S("Do all but send.", "Hace todo menos enviar."),
    "opt_yes": S(
        "Do not ask before live requests go out (for scheduled jobs).",
        "No pregunta antes de enviar en modo activo (para tareas programadas).",
    ),
    "opt_on_change": S(
        "What to do where the key exists with other data.", "Qué hacer si la clave existe con otros datos."
    ),
    "opt_limit": S("A pilot: send the first N rows only.", "Piloto: envía sólo los primeros N renglones."),
    "opt_redirect": S(
        "Test mode: every e-mail goes to this address, no phones.",
        "Modo de prueba: todos los correos van a esta dirección, sin teléfonos.",
    ),
    "opt_plot": S("Where the picture goes (.png, .pdf, .svg).", "Dónde se guarda la gráfica (.png, .pdf, .svg)."),
    "opt_json": S("Where the figures go for a machine.", "Dónde se guardan las cifras para otro programa."),
    "opt_as_of": S(
        "Ask nothing: who had paid on this day, from what was kept.",
        "No consulta nada: quién había pagado ese día, según lo guardado.",
    ),
    "opt_since": S(
        "The first day, or the beginning of the account.", "El primer día; si no, desde el inicio de la cuenta."
    ),
    "opt_until": S("The last day, or now.", "El último día; si no, hasta ahora."),
    "opt_due": S("The last day to pay in time.", "El último día para pagar a tiempo."),
    "opt_periods": S("How many times the fee is due in that time.", "Cuántas veces se debe la cuota en ese tiempo."),
    "opt_resident": S(
        "Only this resident's own statement: a reference, a CLABE, a unit or a name.",
        "Sólo el estado de cuenta de este residente: referencia, CLABE, unidad o nombre.",
    ),
    "opt_rate": S("Requests a second, at most.", "Solicitudes por segundo, como máximo."),
    "opt_journal": S("Where the memory of what was sent is kept.", "Dónde se guarda el registro de lo enviado."),
    "opt_contract": S("The edition of the API: 2019-06 or 2019-08.", "La edición del API: 2019-06 o 2019-08."),
    "opt_account_name": S(
        "The account's name, such as the condominium's.", "El nombre de la cuenta, por ejemplo el del condominio."
    ),
    "opt_product_id": S("What is charged: MTTO-2026-11", "Qué se cobra: MTTO-2026-11"),
    "opt_product_name": S("What the resident reads.", "Lo que lee el residente."),
    "opt_price": S("For rows without a fee of their own.", "Para renglones sin cuota propia."),
    "opt_batch": S("Residents a request (edition 2019-08).", "Residentes por solicitud (edición 2019-08)."),
    "opt_renew": S("A new order where the known one has expired.", "Nueva orden donde la conocida ya venció."),
    "opt_only_open": S("Leave out what is paid or long expired.", "Omite lo pagado o vencido hace tiempo."),
    "opt_for": S("What the sheet is to be used for.", "Para qué se usará la hoja."),
    "opt_key": S("One key, reference or order id.", "Una clave, referencia o id de orden."),
    "opt_day": S("Only this day (Mexico City).", "Sólo este día (Ciudad de México)."),
    "opt_created": S(
        "What ComproPago's panel shows: it exists, or it does not.",
        "Lo que muestra el panel de ComproPago: existe o no.",
    ),
    "opt_order_id": S("The order's id that the panel shows.", "El id de la orden que muestra el panel."),
    "opt_clabe": S("The CLABE that the panel shows.", "La CLABE que muestra el panel."),
    "opt_operation": S("createAccount, createClabe or orders.", "createAccount, createClabe u orders."),
    "opt_table": S(
        "The exported list with its `created` column filled in.", "La lista exportada con su columna `created` llena."
    ),
    "opt_port": S("Where it listens, on this machine only.", "Dónde escucha, sólo en este equipo."),
    "opt_faults": S(
        "What goes wrong and how often: 429:0.05,drop_after:0.03",
        "Qué falla y con qué frecuencia: 429:0.05,drop_after:0.03",
    ),
    "opt_latency": S("Seconds that each answer takes.", "Segundos que tarda cada respuesta."),
    "opt_server_rate": S(
        "Requests a second above which it answers 429.", "Solicitudes por segundo a partir de las que responde 429."
    ),
    "opt_seed": S("Makes chance repeatable.", "Hace repetible el azar."),
    "opt_folder": S("Where clabes.xlsx goes.", "Dónde se guarda clabes.xlsx."),
    "bad_pair": S("{option} {text!r}: write FIELD=TEXT.", "{option} {text!r}: escriba CAMPO=TEXTO."),
    "bad_day": S("{text!r} is not a day: write YYYY-MM-DD.", "{text!r} no es un día: escriba AAAA-MM-DD."),
    "problem": S("Could not go on:", "No se pudo continuar:"),
    "rows": S("{rows} rows", "{rows} renglones"),
    "stopped": S(
        "The run stopped early ({reason}). Run the same command again: what is done stays done.",
        "La ejecución se detuvo antes ({reason}). Repita el comando: lo hecho, hecho está.",
    ),
    "and_more": S("  … and {rows} more.", "  … y {rows} más."),
    "written": S("Written: {path}", "Se guardó: {path}"),
    "orders_file": S("orders", "ordenes"),
    "about_journal": S(
        "The journal, which remembers what was sent: where it is, a backup, a check, a colleague's workbook taken in.",
        "El registro, que recuerda lo enviado: dónde está, respaldo, revisión, incorporar el libro de un colega.",
    ),
    "about_journal_where": S("Say where the journal is.", "Decir dónde está el registro."),
    "about_journal_backup": S(
        "Copy the journal while it is in use, whole or not at all.",
        "Copiar el registro aunque esté en uso, completo o nada.",
    ),
    "about_journal_check": S("Check that the journal is whole.", "Revisar que el registro esté completo."),
    "about_journal_adopt": S(
        "Take in a workbook that was made on another computer; each order is read from the API first.",
        "Incorporar un libro hecho en otra computadora; cada orden se consulta primero en el API.",
    ),
    "arg_backup": S("The copy's path; nothing is overwritten.", "La ruta de la copia; no se sobrescribe nada."),
    "arg_adopted": S(
        "A workbook of this program, with orders or CLABEs.", "Un libro de este programa, con órdenes o CLABE."
    ),
    "journal_holds": S(
        "{where}: {rows} rows sent in {runs} runs of {accounts} accounts, {looks} looks at orders, {audits} audits.",
        "{where}: {rows} renglones enviados en {runs} ejecuciones de {accounts} cuentas, {looks} consultas de órdenes, "
        "{audits} auditorías.",
    ),
    "journal_whole": S("It is whole.", "Está completo."),
    "journal_not_whole": S(
        "It is NOT whole: {faults}. Stop sending, keep this file, and go back to your last backup.",
        "NO está completo: {faults}. Deje de enviar, conserve este archivo y vuelva a su último respaldo.",
    ),
    "journal_not_made": S("(not made yet)", "(aún no existe)"),
    "opt_again": S("Send a sheet that looks as if it had gone out already.", "Enviar una hoja que parece ya enviada."),
    "again_question": S("Send these {rows} rows all the same?", "¿Enviar de todos modos estos {rows} renglones?"),
    "live_question": S(
        "LIVE keys: {requests} requests to {host} would write {emails} e-mails and {sms} SMS to real people. Send them?",
        "Llaves de modo ACTIVO: {requests} solicitudes a {host} mandarían {emails} correos y {sms} SMS a personas reales. "
        "¿Enviar?",
    ),
    "unsettled": S(
        "{rows} rows were sent without an answer that can be trusted.",
        "{rows} renglones se enviaron sin respuesta confiable.",
    ),
    "not_the_table": S(
        "{path} has no columns `key` and `created`: export it with `compropago-bulk resolve -o`.",
        "{path} no tiene las columnas `key` y `created`: expórtela con `compropago-bulk resolve -o`.",
    ),
    "sandbox_runs": S(
        "The sandbox listens at {base_url}. In another terminal, or in a .env file, set:",
        "El sandbox escucha en {base_url}. En otra terminal, o en un archivo .env, defina:",
    ),
    "sandbox_ends": S("Ctrl-C ends it, and its journal with it.", "Ctrl-C lo termina, y con él su registro."),
    "no_sample": S(
        "The sample {name} is not installed. Run the demo from the project's folder.",
        "No está instalada la muestra {name}. Ejecute la demostración desde la carpeta del proyecto.",
    ),
    "demo_sheet": S(
        "1. {name}: {rows} invented residents on {sheets} sheets.",
        "1. {name}: {rows} residentes inventados en {sheets} hojas.",
    ),
    "demo_check": S(
        "2. Checked: {ready} rows are ready to go out; {errors} things to mend first:",
        "2. Revisada: {ready} renglones listos para enviarse; {errors} cosas por corregir antes:",
    ),
    "demo_paid": S(
        "4. {paid} of {orders} orders were paid and seen as paid: MXN {amount:,.2f}.",
        "4. {paid} de {orders} órdenes se pagaron y se vieron pagadas: MXN {amount:,.2f}.",
    ),
    "demo_again": S(
        "5. The same sheet once more: {requests} requests. Nothing is created twice.",
        "5. La misma hoja otra vez: {requests} solicitudes. Nada se crea dos veces.",
    ),
    "demo_written": S(
        "Written: {path}, with {clabes} CLABEs; rows left over say why.",
        "Se guardó: {path}, con {clabes} CLABEs; los renglones que faltan dicen por qué.",
    ),
    "demo_next": S(
        "Next: open it; mend your own sheet with `compropago-bulk check your-sheet.xlsx -o to-mend.xlsx`; then see "
        'README.md, "Keys and live mode".',
        "Después: ábralo; revise su hoja con `compropago-bulk check su-hoja.xlsx -o por-corregir.xlsx`; luego vea "
        'README.md, "Keys and live mode".',
    ),
    "demo_sent": S("3. Sent to the sandbox, each row once:", "3. Enviado al sandbox, cada renglón una vez:"),
}
