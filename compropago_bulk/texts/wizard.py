"""What the notebook's views and the wizard say."""

from __future__ import annotations

from . import Sentence as S

SENTENCES: dict[str, S] = {
    # around the steps
    "steps": S("Steps", "Pasos"),
    "step_file": S("File", "Archivo"),
    "step_columns": S("Columns", "Columnas"),
    "step_check": S("Check", "Revisión"),
    "step_send": S("Sending", "Envío"),
    "step_run": S("Progress", "Avance"),
    "step_result": S("Result", "Resultado"),
    "step_paid": S("Who has paid", "Quién pagó"),
    "paid_open": S("Who has paid?", "¿Quién pagó?"),
    "paid_heading": S("Who has paid?", "¿Quién pagó?"),
    "paid_about": S(
        "The orders of the residents of this sheet, as ComproPago has them now. Nobody is written to.",
        "Las órdenes de los residentes de esta hoja, como están ahora en ComproPago. No se le escribe a nadie.",
    ),
    "paid_look": S("See who has paid", "Ver quién pagó"),
    "paid_pay": S("Practice: half of them pay", "Práctica: la mitad paga"),
    "paid_week": S("Practice: a week later", "Práctica: una semana después"),
    "paid_keys": S(
        "Choose the keys in the step «Send» first, or practise there on the sandbox.",
        "Elija primero las llaves en el paso «Enviar», o practique ahí en el sandbox.",
    ),
    "paid_workbook": S("Download the collection workbook", "Descargar el libro de cobranza"),
    "paid_whom": S("Text for", "Texto para"),
    "paid_nobody": S("choose a resident who owes", "elija un residente que debe"),
    "paid_text": S("Copy this text", "Copie este texto"),
    "paid_page": S("Make this resident's page", "Hacer la hoja de este residente"),
    "paid_own": S("Download the page", "Descargar la hoja"),
    "paid_csv": S("All texts as CSV (mail merge)", "Todos los textos en CSV (combinar correspondencia)"),
    "paid_picture": S("Collection, drawn", "La cobranza en una gráfica"),
    "paid_account": S("Deposits of the account", "Depósitos de la cuenta"),
    "paid_state": S("Make the statement", "Hacer el estado de cuenta"),
    "paid_statement": S("Download the statement", "Descargar el estado de cuenta"),
    "busy_reading_accounts": S("Reading the accounts…", "Consultando las cuentas…"),
    "paid_held": S("No text: {why}", "Sin texto: {why}"),
    "held_unread": S("an order could not be read. Look again.", "una orden no se pudo leer. Consulte de nuevo."),
    "held_changed": S("the flat has another resident now.", "el departamento ya tiene otro residente."),
    "held_quiet": S("the sheet says not to write.", "la hoja dice que no se le escriba."),
    "held_problem": S("first settle what the audit found.", "primero resuelva lo que encontró la auditoría."),
    "busy_reading_orders": S("Reading the orders…", "Consultando las órdenes…"),
    "run_to_open": S(
        "ComproPago, the wizard: run this cell to open it.",
        "ComproPago, el asistente: ejecute esta celda para abrirlo.",
    ),
    "back": S("← Back", "← Atrás"),
    "next": S("Continue →", "Continuar →"),
    "banner_test": S("TEST MODE: nothing is real", "MODO DE PRUEBA: nada es real"),
    "banner_live": S("LIVE MODE: real people, real money", "MODO ACTIVO: personas y dinero reales"),
    "banner_sandbox": S("SANDBOX: practice on this computer", "SANDBOX: práctica en este equipo"),
    "banner_no_keys": S("no keys yet", "sin llaves todavía"),
    "mode_test": S("test mode", "modo de prueba"),
    "mode_live": S("LIVE mode", "modo ACTIVO"),
    "same_in_python": S("This step in Python", "Este paso en Python"),
    "code_given": S(
        "connection: the one that the wizard was opened with", "connection: la que recibió el asistente al abrirse"
    ),
    "code_uploaded": S(
        "the file that was uploaded; save it beside the notebook", "el archivo que se subió; guárdelo junto al cuaderno"
    ),
    "click_to_mark": S("One click marks it all; then copy", "Un clic lo selecciona todo; luego copie"),
    "unexpected": S(
        "The program met an error of its own ({kind} at {place}). Nothing is sent twice; try again, and report it with "
        "this line.\n{text}",
        "El programa tuvo un error propio ({kind} en {place}). Nada se envía dos veces; intente de nuevo y repórtelo "
        "con esta línea.\n{text}",
    ),
    "busy_reading": S("Reading the file…", "Leyendo el archivo…"),
    "busy_checking": S("Checking every row…", "Revisando cada renglón…"),
    "busy_counting": S("Counting what would go out…", "Contando lo que se enviaría…"),
    "busy_writing": S("Writing the file…", "Guardando el archivo…"),
    "busy_connecting": S("Getting ready…", "Preparando…"),
    # operations
    "operation_createAccount": S("Create accounts with CLABE", "Crear cuentas con CLABE"),
    "operation_createClabe": S("Create CLABEs", "Crear CLABEs"),
    "operation_orders": S("Raise payment orders", "Generar órdenes de pago"),
    "operation_verify": S("See who has paid", "Consultar quién pagó"),
    # the file
    "file_heading": S("Choose the sheet of residents", "Elija la hoja de residentes"),
    "file_about": S(
        "Excel, LibreOffice or CSV, as you keep it. Your file is never changed.",
        "Excel, LibreOffice o CSV, tal como la lleva. Su archivo nunca se modifica.",
    ),
    "file_in_folder": S("A file of this folder", "Un archivo de esta carpeta"),
    "file_path": S("or its path", "o su ruta"),
    "file_path_example": S("C:\\Condominium\\residents.xlsx", "C:\\Condominio\\residentes.xlsx"),
    "upload": S("Upload a file", "Subir un archivo"),
    "upload_about": S(
        "Up to 7 MB. A larger one may never arrive, and the browser does not say so: if «Chosen» does not appear, save the "
        "file in this folder ({folder}), press «Look again» and choose it above.",
        "Hasta 7 MB. Uno más grande puede no llegar, y el navegador no lo avisa: si no aparece «Elegido», guarde el archivo en "
        "esta carpeta ({folder}), oprima «Actualizar lista» y elíjalo arriba.",
    ),
    "look_again": S("Look again", "Actualizar lista"),
    "choose": S("choose…", "elija…"),
    "chosen": S("Chosen: {name}", "Elegido: {name}"),
    "unfinished": S("{operation} · {file} · {when} · {mode}", "{operation} · {file} · {when} · {mode}"),
    "unfinished_rows": S(
        "This run did not come to its end ({reason}): {done} of {rows} rows are settled.",
        "Esta ejecución no llegó a su fin ({reason}): {done} de {rows} renglones están resueltos.",
    ),
    "still_going": S(
        "This run is going on in another window or program: {done} of {rows} rows are settled. As soon as it ends, it can "
        "be gone on with here.",
        "Esta ejecución sigue en curso en otra ventana o programa: {done} de {rows} renglones están resueltos. En cuanto "
        "termine se podrá continuar aquí.",
    ),
    "nothing_twice": S(
        "Going on sends only what is missing; nothing is sent twice.",
        "Al continuar se envía sólo lo que falta; nada se envía dos veces.",
    ),
    "take_up": S("Go on with it", "Continuar con ella"),
    "forget": S("Put it away", "Descartar"),
    "file_gone": S(
        "Its file {file} is not there any more. Choose it again below and do the same: what was created is known.",
        "Su archivo {file} ya no está. Elíjalo de nuevo abajo y repita los pasos: lo ya creado se reconoce.",
    ),
    # the columns
    "columns_heading": S("Is this what stands in your sheet?", "¿Es esto lo que contiene su hoja?"),
    "made_here": S("── made by this program ──", "── hechos por este programa ──"),
    "profile_pick": S("Condominium remembered", "Condominio recordado"),
    "profile_none": S("none", "ninguno"),
    "header_gone": S(
        "«{header}», which this condominium had for “{field}”, is no longer in the sheet. Choose its column below; "
        "nothing is guessed in its place.",
        "«{header}», que en este condominio era «{field}», ya no está en la hoja. Elija abajo su columna; no se adivina "
        "otra en su lugar.",
    ),
    "remember_name": S("Name of the condominium", "Nombre del condominio"),
    "remember_logo": S("Logo", "Logotipo"),
    "no_logo": S("no logo", "sin logotipo"),
    "remember": S("Remember for this condominium", "Recordar para este condominio"),
    "remembered": S(
        "Kept in {file}, in {folder}: columns, sheets, prefix, product and name, and no keys. Next month's sheet is read "
        "the same way.",
        "Guardado en {file}, en {folder}: columnas, hojas, prefijo, producto y nombre, sin llaves. La hoja del próximo "
        "mes se leerá igual.",
    ),
    "columns_about": S(
        "Correct what was not understood: choose for each column what it holds. Several columns for one field are "
        "joined (tower and flat make a reference).",
        "Corrija lo que no se entendió: elija qué contiene cada columna. Varias columnas para un mismo campo se unen "
        "(torre y departamento forman la referencia).",
    ),
    "residents": S("residents", "residentes"),
    "in_sheet": S("on «{sheet}»", "en «{sheet}»"),
    "sheets": S("Sheets:", "Hojas:"),
    "read_these": S("Read these", "Leer éstas"),
    "not_used": S("— not used —", "— no se usa —"),
    "ambiguous": S(
        "It could be {field}, and so could: {others}. Choose one.",
        "Podría ser {field}, y también: {others}. Elija uno.",
    ),
    "suggested": S("Is this {field}? Choose it if so.", "¿Es {field}? Si es así, elíjalo."),
    "notes": S("Good to know", "Conviene saber"),
    "note_left_out": S("Rows left out (titles, totals, signatures):", "Renglones omitidos (títulos, totales, firmas):"),
    "note_hidden_rows": S("Hidden rows, read all the same:", "Renglones ocultos, que sí se leyeron:"),
    "note_hidden_columns": S("Hidden columns, not read:", "Columnas ocultas, no leídas:"),
    "note_hidden_sheets": S("Hidden sheets, not read:", "Hojas ocultas, no leídas:"),
    "note_sheets_skipped": S("Sheets without residents:", "Hojas sin residentes:"),
    "note_duplicate_headers": S("Headers that stand twice:", "Encabezados repetidos:"),
    "note_bloated_range": S("Sheets with far cells that were cut off:", "Hojas con celdas lejanas que se recortaron:"),
    "note_invisible_characters": S("Invisible characters in headers:", "Caracteres invisibles en encabezados:"),
    "field_reference": S("reference", "referencia"),
    "field_customer_id": S("customer id", "id de cliente"),
    "field_name": S("name", "nombre completo"),
    "field_first_name": S("first name", "nombre(s)"),
    "field_last_name": S("last name", "apellido paterno"),
    "field_second_last_name": S("second last name", "apellido materno"),
    "field_email": S("e-mail", "correo"),
    "field_phone": S("phone", "teléfono"),
    "field_price": S("fee (MXN)", "cuota (MXN)"),
    "field_amount": S("fixed amount of the CLABE", "monto fijo de la CLABE"),
    "field_exp_date": S("expiry of the CLABE", "vencimiento de la CLABE"),
    "field_expires_at": S("due date of the order", "vencimiento de la orden"),
    "field_product_id": S("product id", "id del producto"),
    "field_product_name": S("product name", "concepto"),
    "field_product_url": S("picture's address", "dirección de la imagen"),
    "field_order_id": S("order id", "id de la orden"),
    "field_account_name": S("account name", "nombre de la cuenta"),
    "field_unit": S("flat", "departamento"),
    "field_tower": S("tower", "torre"),
    "field_clabe": S("CLABE", "CLABE"),
    # the check
    "check_heading": S("What for, and is everything right?", "¿Para qué, y está todo bien?"),
    "check_about": S("The check sends nothing.", "La revisión no envía nada."),
    "what_for": S("What do you want to do?", "¿Qué desea hacer?"),
    "ask_account_name": S("Name of the account (the condominium)", "Nombre de la cuenta (el condominio)"),
    "ask_product_id": S("Product id (one for each charge)", "Id del producto (uno por cobro)"),
    "ask_product_name": S("What the resident reads", "Concepto que lee el residente"),
    "ask_price": S("Fee in MXN for rows without one", "Cuota en MXN para renglones sin ella"),
    "ask_id_prefix": S("Prefix of the references (optional)", "Prefijo de las referencias (opcional)"),
    "example_account_name": S("Alamedas", "Alamedas"),
    "example_product_id": S("MTTO-2026-11", "MTTO-2026-11"),
    "example_product_name": S("Maintenance November", "Mantenimiento noviembre"),
    "example_price": S("1500", "1500"),
    "fill_in": S("Fill in: {what}.", "Falta llenar: {what}."),
    "do_check": S("Check the sheet", "Revisar la hoja"),
    "rows_ready": S("rows ready", "renglones listos"),
    "requests": S("requests", "solicitudes"),
    "emails": S("e-mails", "correos"),
    "sms": S("SMS", "SMS"),
    "amount": S("MXN in orders", "MXN en órdenes"),
    "minutes": S("minutes", "minutos"),
    "minute": S("minute", "minuto"),
    "problems": S("What to mend or look at", "Qué corregir o revisar"),
    "column_missing": S(
        "No column is taken as: {field}. Go back to the step Columns and choose it.",
        "Ninguna columna está elegida como: {field}. Vuelva al paso Columnas y elíjala.",
    ),
    "column_ambiguous": S(
        "Several columns could be: {field}. Go back to the step Columns and choose one.",
        "Varias columnas podrían ser: {field}. Vuelva al paso Columnas y elija una.",
    ),
    "passed_by": S(
        "{columns} is not taken as {field}. If it should be, choose that in the step Columns.",
        "{columns} no se toma como {field}. Si así debe ser, elíjalo en el paso Columnas.",
    ),
    "make_marked": S("Make a copy with the cells marked", "Hacer una copia con las celdas marcadas"),
    "download_marked": S("Download the marked copy", "Descargar la copia marcada"),
    "to_mend": S("to-mend", "por-corregir"),
    "more_rows": S("… and {rows} more rows", "… y {rows} renglones más"),
    # the sending
    "send_heading": S("With which keys, and how?", "¿Con qué llaves y de qué manera?"),
    "send_about": S("Nothing is sent before you say so below.", "Nada se envía hasta que usted lo indique abajo."),
    "which_keys": S("Keys", "Llaves"),
    "keys_given": S("those given to the wizard", "las que recibió el asistente"),
    "keys_environment": S(
        "those of this computer (environment, .env, keyring)", "las de este equipo (entorno, .env, llavero)"
    ),
    "keys_typed": S("type them", "escribirlas"),
    "keys_sandbox": S("none: practise on the sandbox", "ninguna: practicar en el sandbox"),
    "keys_first": S(
        "Choose above where the keys come from. To practise, none are needed: choose the sandbox.",
        "Elija arriba de dónde vienen las llaves. Para practicar no hacen falta: elija el sandbox.",
    ),
    "keys_type": S(
        "Type both keys of ComproPago's panel, then press «Use these keys». They are kept nowhere.",
        "Escriba las dos llaves del panel de ComproPago y oprima «Usar estas llaves». No se guardan en ninguna parte.",
    ),
    "secret_key": S("Secret key", "Llave secreta"),
    "public_key": S("Public key", "Llave pública"),
    "use_keys": S("Use these keys", "Usar estas llaves"),
    "ask_limit": S("Pilot: only the first … rows (optional)", "Piloto: sólo los primeros … renglones (opcional)"),
    "ask_redirect": S("Rehearsal: all e-mails to … (optional)", "Ensayo: todos los correos a … (opcional)"),
    "ask_on_change": S("Rows that exist with other data", "Renglones que ya existen con otros datos"),
    "on_change_report": S("report them, send nothing", "avisar, sin enviar"),
    "on_change_keep": S("keep what exists", "conservar lo que existe"),
    "on_change_resend": S("send the new data", "enviar los datos nuevos"),
    "ask_renew": S("A new order where the former one has expired", "Orden nueva donde la anterior ya venció"),
    "ask_only_open": S("Leave out what is paid or long expired", "Omitir lo pagado o vencido hace tiempo"),
    "not_a_number": S("«{text}» is not a number of rows.", "«{text}» no es un número de renglones."),
    "nothing_to_send": S("There is nothing to send.", "No hay nada que enviar."),
    "start_nothing": S("Show the result", "Ver el resultado"),
    "start_test": S("Send {requests} in test mode", "Enviar {requests} en modo de prueba"),
    "start_read": S("Look {requests} orders up", "Consultar {requests} órdenes"),
    "read_words": S(
        "This only looks: nothing is created and nobody is written to.",
        "Sólo consulta: no se crea nada y no se escribe a nadie.",
    ),
    "start_live": S("Send {requests} FOR REAL", "Enviar {requests} DE VERDAD"),
    "test_words": S(
        "Test mode: no account, e-mail or peso is real.", "Modo de prueba: ninguna cuenta, correo ni peso es real."
    ),
    "live_words": S(
        "LIVE: {requests} requests, which write {emails} e-mails and {sms} SMS to real people, go to {host}. It cannot be undone.",
        "MODO ACTIVO: {requests} solicitudes, que mandan {emails} correos y {sms} SMS a personas reales, van a {host}. "
        "No se puede deshacer.",
    ),
    "type_number": S(
        "To send for real, type the number of requests: {requests}",
        "Para enviar de verdad, escriba el número de solicitudes: {requests}",
    ),
    "wrong_number": S(
        "Nothing was sent: the number typed is not the number of requests ({requests}).",
        "No se envió nada: el número escrito no es el de solicitudes ({requests}).",
    ),
    "some_unknown": S(
        "Some rows were sent before without an answer that can be trusted: they may exist. Look for them in "
        "ComproPago's panel; cp.unsettled() lists them and cp.resolve(…) takes your word. They are not sent again.",
        "Hay renglones enviados antes sin respuesta confiable: pueden existir. Búsquelos en el panel de ComproPago; "
        "cp.unsettled() los lista y cp.resolve(…) registra lo que vio. No se envían otra vez.",
    ),
    "asked_other_product": S(
        "{rows} rows were charged already on {date} as «{then}»; now they say «{now}». Is it another charge?",
        "{rows} renglones ya se cobraron el {date} como «{then}»; ahora dicen «{now}». ¿Es otro cobro?",
    ),
    "asked_other_ids": S(
        "The same went out to {rows} of these people on {date} under another id: «{then}» then, «{now}» now. Is it "
        "another job?",
        "A {rows} de estas personas ya se les envió lo mismo el {date} con otro id: «{then}» entonces, «{now}» ahora. "
        "¿Es otro envío?",
    ),
    "asked_other_keys": S(
        "{rows} rows went out already on {date} with other keys of ComproPago's. Is it another merchant?",
        "{rows} renglones ya se enviaron el {date} con otras llaves de ComproPago. ¿Es otro comercio?",
    ),
    "asked_other_people": S(
        "{rows} rows have the id of somebody else, known since {date} («{then}»). Another condominium without its "
        "prefix, or a column that is shifted?",
        "{rows} renglones llevan el id de otra persona, conocida desde el {date} («{then}»). ¿Otro condominio sin su "
        "prefijo, o una columna recorrida?",
    ),
    "asked_send": S("It is another one: go on", "Es otro: continuar"),
    "asked_mend": S("It is the same: mend it", "Es lo mismo: corregir"),
    "asked_leave": S("Send nothing", "No enviar nada"),
    "asked_more": S("and {rows} more", "y {rows} más"),
    "asked_head_sheet": S("Sheet", "Hoja"),
    "asked_head_row": S("Row", "Renglón"),
    "asked_head_now": S("Now", "Ahora"),
    "asked_head_then": S("Then", "Entonces"),
    "asked_head_when": S("Sent", "Enviado"),
    "some_conflict": S(
        "Rows in conflict are not sent. Where they exist already with other data, choose above what to do; where two rows "
        "of the sheet contradict each other, mend the sheet.",
        "Los renglones en conflicto no se envían. Si ya existen con otros datos, elija arriba qué hacer; si dos renglones "
        "de la hoja se contradicen, corrija la hoja.",
    ),
    # the run
    "run_heading": S("Sending", "Enviando"),
    "run_heading_read": S("Looking up", "Consultando"),
    "run_about": S(
        "If this tab is closed nothing is lost: what was created is in the journal, and the wizard offers to go on.",
        "Si esta pestaña se cierra no se pierde nada: lo creado queda en el registro y el asistente ofrece continuar.",
    ),
    "starting": S("Starting…", "Iniciando…"),
    "pause": S("Pause", "Pausar"),
    "resume": S("Go on", "Reanudar"),
    "stop": S("Stop", "Detener"),
    "paused": S("Paused: nothing goes out.", "En pausa: no se envía nada."),
    "stopping": S("Stopping: requests in flight are finishing.", "Deteniendo: terminan las solicitudes en curso."),
    "rows": S("rows", "renglones"),
    "rows_done": S("{done} of {total} rows", "{done} de {total} renglones"),
    "a_second": S("a second", "por segundo"),
    "time_left": S("left", "restante"),
    # the result
    "result_heading": S("What came of it", "Qué resultó"),
    "nothing_began": S("Nothing was sent.", "No se envió nada."),
    "stopped": S("The run stopped early: {reason}.", "La ejecución se detuvo antes: {reason}."),
    "stopped_interrupted": S("somebody stopped it", "alguien la detuvo"),
    "stopped_outage": S("ComproPago did not answer for too long", "ComproPago no respondió por demasiado tiempo"),
    "stopped_wrong_key": S("ComproPago refused the keys", "ComproPago rechazó las llaves"),
    "stopped_redirected": S("the address answers with a redirect", "la dirección responde con una redirección"),
    "stopped_first_rows": S("the first rows all failed", "los primeros renglones fallaron todos"),
    "stopped_mode_mismatch": S("an answer is of the other mode", "una respuesta es del otro modo"),
    "stopped_journal": S("the journal could not be written", "no se pudo escribir el registro"),
    "stopped_internal": S("an error of the program", "un error del programa"),
    "stopped_gone": S("it ended without a word", "terminó sin aviso"),
    "stopped_running": S("it is going on in another program", "sigue en curso en otro programa"),
    "stopped_not_started": S("it had not begun", "no había empezado"),
    "run_again": S("Go on: send what is missing", "Continuar: enviar lo que falta"),
    "send_the_rest": S("Send the {rows} that are left", "Enviar los {rows} que faltan"),
    "download_excel": S("Download as Excel", "Descargar en Excel"),
    "download_csv": S("Download as CSV", "Descargar en CSV"),
    "make_csv": S("Also as CSV", "También en CSV"),
    "saved_at": S("Saved: {path}", "Guardado: {path}"),
    "show_personal": S("Show personal data", "Mostrar datos personales"),
    "to_look_at": S("Rows to look at", "Renglones por revisar"),
    "all_rows": S("All rows", "Todos los renglones"),
    "all_well": S("No row needs anybody's attention.", "Ningún renglón necesita atención."),
    "other_operation": S("Something else with this file", "Otra cosa con este archivo"),
    "other_file": S("Another file", "Otro archivo"),
    # views
    "table": S("Table", "Tabla"),
    "yes": S("yes", "sí"),
    "no": S("no", "no"),
    "is_masked": S(
        "Personal data is masked; personal=True shows it.",
        "Los datos personales están ocultos; personal=True los muestra.",
    ),
    "head_source_sheet": S("Sheet", "Hoja"),
    "head_source_row": S("Row", "Renglón"),
}
