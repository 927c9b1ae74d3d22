"""What must be set right before anything is sent: keys, addresses, settings, the go-ahead for live mode."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {
    "no_keys": Sentence(
        en=(
            "No API keys were found (missing: {missing}). Set COMPROPAGO_SECRET_KEY and COMPROPAGO_PUBLIC_KEY in the "
            "environment or in a .env file of the working folder; both are shown in ComproPago's panel under "
            "panel/configuracion. To try everything without keys: `sandbox = cp.sandbox()` and pass "
            "connection=sandbox.connection, or run `compropago-bulk demo`."
        ),
        es=(
            "No se encontraron llaves del API (falta: {missing}). Defina COMPROPAGO_SECRET_KEY y COMPROPAGO_PUBLIC_KEY "
            "en el entorno o en un archivo .env de la carpeta de trabajo; ambas aparecen en el panel de ComproPago, en "
            "panel/configuracion. Para probar todo sin llaves: `sandbox = cp.sandbox()` y pase "
            "connection=sandbox.connection, o ejecute `compropago-bulk demo`."
        ),
    ),
    "bad_key": Sentence(
        en=(
            "{name} is not a ComproPago key: it should begin with {prefix}_test_ or {prefix}_live_. "
            "Copy it again from the panel; mind that the two keys are not swapped."
        ),
        es=(
            "{name} no es una llave de ComproPago: debe empezar con {prefix}_test_ o {prefix}_live_. "
            "Cópiela de nuevo del panel; revise que las dos llaves no estén invertidas."
        ),
    ),
    "two_modes": Sentence(
        en="The keys are of two modes (secret: {secret}, public: {public}). Use both keys of the same pair.",
        es="Las llaves son de dos modos (secreta: {secret}, pública: {public}). Use las dos llaves del mismo par.",
    ),
    "bad_setting": Sentence(
        en="{name} cannot be {value!r}: give a number in its range.",
        es="{name} no puede ser {value!r}: indique un número dentro de su rango.",
    ),
    "bad_contract": Sentence(
        en="There is no edition {value!r} of the API reference here. Known: {known}.",
        es="No hay una edición {value!r} de la referencia del API. Se conocen: {known}.",
    ),
    "bad_base_url": Sentence(
        en="base_url is not an address such as https://api.compropago.com (without user, query or fragment).",
        es="base_url no es una dirección como https://api.compropago.com (sin usuario, consulta ni fragmento).",
    ),
    "plain_http": Sentence(
        en="base_url uses plain http to {host}: keys and personal data would travel unprotected. Use https.",
        es="base_url usa http sin cifrar hacia {host}: llaves y datos personales viajarían sin protección. Use https.",
    ),
    "address_without_keys": Sentence(
        en=(
            "{file} sets COMPROPAGO_BASE_URL, but the key in use ({name}) does not come from that file: keys must not "
            "go to an address that somebody else wrote down. Put both keys into that file too, give base_url=, or "
            "take the line out."
        ),
        es=(
            "{file} define COMPROPAGO_BASE_URL, pero la llave en uso ({name}) no viene de ese archivo: las llaves no "
            "deben ir a una dirección que escribió otra persona. Ponga también las dos llaves en ese archivo, indique "
            "base_url=, o quite esa línea."
        ),
    ),
    "bad_certificates": Sentence(
        en=(
            "{variable} names {path}, which holds no certificates that can be read ({reason}). Nothing was sent. "
            "Correct {variable}, or remove it: the system's own certificates are trusted."
        ),
        es=(
            "{variable} indica {path}, donde no hay certificados legibles ({reason}). No se envió nada. Corrija "
            "{variable}, o elimínela: se confía en los certificados del sistema."
        ),
    ),
    "bad_tls": Sentence(
        en="This computer cannot make secure connections ({reason}). Nothing was sent. Check OPENSSL_CONF.",
        es="Este equipo no puede hacer conexiones seguras ({reason}). No se envió nada. Revise OPENSSL_CONF.",
    ),
    "bad_proxy": Sentence(
        en=(
            "{variable} names a proxy that cannot be used. Nothing was sent. Write it like http://proxy.firm.mx:8080 "
            "(http, https, socks5 or socks5h)."
        ),
        es=(
            "{variable} indica un proxy que no se puede usar. No se envió nada. Escríbalo como "
            "http://proxy.empresa.mx:8080 (http, https, socks5 o socks5h)."
        ),
    ),
    "proxy_needs_socks": Sentence(
        en="{variable} names a SOCKS proxy, which needs: pip install 'httpx[socks]'. Nothing was sent.",
        es="{variable} indica un proxy SOCKS, que necesita: pip install 'httpx[socks]'. No se envió nada.",
    ),
    "system_proxy": Sentence(en="The system's proxy setting", es="La configuración de proxy del sistema"),
    "sandbox_closed": Sentence(
        en="This sandbox was closed, so nobody answers there any more. Start one again: cp.sandbox().",
        es="Este sandbox ya se cerró y nadie responde ahí. Inicie otro: cp.sandbox().",
    ),
    "not_a_connection": Sentence(
        en=(
            "connection= takes a cp.Connection, and got a {kind}. Write connection=cp.Connection(secret_key=…, "
            "public_key=…), or leave it out where the keys stand in the environment."
        ),
        es=(
            "connection= espera una cp.Connection y recibió {kind}. Escriba connection=cp.Connection(secret_key=…, "
            "public_key=…), o no lo indique si las llaves están en el entorno."
        ),
    ),
    "connection_of_sandbox": Sentence(
        en="connection= takes the connection of a sandbox, not the {kind} itself: write connection=sandbox.connection.",
        es="connection= espera la conexión del sandbox, no el {kind} mismo: escriba connection=sandbox.connection.",
    ),
    "live_gate": Sentence(
        en=(
            "These are LIVE keys. {function} would send {requests} requests to {host}, which write {emails} e-mails "
            "and {sms} SMS to real people. Nothing was sent. If that is what you want, call it again with live=True; "
            "dry_run=True shows the rows first."
        ),
        es=(
            "Estas llaves son de modo ACTIVO (live). {function} enviaría {requests} solicitudes a {host}, que mandan "
            "{emails} correos y {sms} SMS a personas reales. No se envió nada. Si eso es lo que desea, llámela otra vez con "
            "live=True; dry_run=True muestra antes los renglones."
        ),
    ),
    "live_gate_spread": Sentence(
        en=(
            "These are LIVE keys, and {function} over partitions would write to real people through {host}. Nothing was sent. If that "
            "is what you want, call it again with live=True; dry_run=True shows the rows first."
        ),
        es=(
            "Estas llaves son de modo ACTIVO (live), y {function} por particiones escribiría a personas reales a "
            "través de {host}. No se envió nada. Si eso es lo que desea, llámela otra vez con live=True; dry_run=True "
            "muestra antes los renglones."
        ),
    ),
    "no_such_account": Sentence(
        "The journal knows nothing of that public key at this address and in this mode. Give the former key whole, as it "
        "stood in ComproPago's panel (pk_test_… or pk_live_…).",
        "El registro no conoce esa llave pública en esta dirección y este modo. Indique completa la llave anterior, como "
        "aparecía en el panel de ComproPago (pk_test_… o pk_live_…).",
    ),
    "not_by_partition": Sentence(
        en="{name}= is about a whole table; a source in partitions cannot keep it. Leave it out, or compute first.",
        es="{name}= trata de una tabla completa; una fuente por particiones no puede cumplirlo. Quítelo, o calcule antes.",
    ),
    "partitions_need_a_server": Sentence(
        en=(
            "A source in partitions needs a journal that all workers share. Set COMPROPAGO_JOURNAL to a postgresql:// "
            "URL here and on every worker."
        ),
        es=(
            "Una fuente por particiones necesita un registro que compartan todos los procesos. Ponga en "
            "COMPROPAGO_JOURNAL una dirección postgresql:// aquí y en cada proceso."
        ),
    ),
    "worker_has_other_keys": Sentence(
        en="A worker has other API keys than this program. Set the same COMPROPAGO_… keys on every worker.",
        es="Un proceso tiene otras llaves del API que este programa. Ponga las mismas llaves COMPROPAGO_… en todos.",
    ),
    "redirect_live": Sentence(
        en="redirect_to= is for rehearsals with test keys only. Nothing was sent.",
        es="redirect_to= es sólo para ensayos con llaves de prueba. No se envió nada.",
    ),
    "bad_redirect": Sentence(
        en="redirect_to= is not one e-mail address that can be written to.",
        es="redirect_to= no es una dirección de correo a la que se pueda escribir.",
    ),
    "wrong_key": Sentence(
        en=(
            "ComproPago refused the keys. Nothing was created. Check that they are the ones shown in the panel "
            "under panel/configuracion, of the right mode, and that they have not been replaced."
        ),
        es=(
            "ComproPago rechazó las llaves. No se creó nada. Revise que sean las que muestra el panel en "
            "panel/configuracion, del modo correcto, y que no se hayan reemplazado."
        ),
    ),
    "unknown_choice": Sentence(
        en="{name} cannot be {value!r}. Choose one of: {known}.",
        es="{name} no puede ser {value!r}. Elija: {known}.",
    ),
    "list_refused": Sentence(
        en="ComproPago gave no list: {message}",
        es="ComproPago no entregó la lista: {message}",
    ),
    "list_missing": Sentence(
        en="{base_url} knows no such account, or no such call (it belongs to the API's edition 2019-08).",
        es="{base_url} no conoce esa cuenta, o no tiene esta llamada (es de la edición 2019-08 del API).",
    ),
    "not_exported": Sentence(
        en="The table is complete, but it could not be written: {reason}. Export it again with cp.export_excel.",
        es="La tabla está completa, pero no se pudo escribir: {reason}. Expórtela de nuevo con cp.export_excel.",
    ),
    "key_in_cell": Sentence(
        en=(
            "A LIVE key is written in this cell: it will be saved with the notebook and go wherever the notebook goes. "
            "Take it out, put the keys into the environment or a .env file, and have this key replaced in the panel if "
            "the notebook was shared."
        ),
        es=(
            "Hay una llave de modo ACTIVO escrita en esta celda: se guardará con el cuaderno e irá a donde éste vaya. "
            "Quítela, ponga las llaves en el entorno o en un archivo .env y, si ya compartió el cuaderno, reemplace esa "
            "llave en el panel."
        ),
    ),
    "connection_test": Sentence(en="Test mode: nothing here is real.", es="Modo de prueba: nada de esto es real."),
    "connection_live": Sentence(
        en="LIVE mode: real accounts, real e-mails, real money.",
        es="Modo ACTIVO: cuentas, correos y dinero reales.",
    ),
    "connection_pace": Sentence(
        en="At most {rate:g} requests a second, {concurrency} in flight.",
        es="Máximo {rate:g} solicitudes por segundo, {concurrency} en curso.",
    ),
    "profile_missing": Sentence(
        en='There is no profile {path}. Make one with cp.Profile(account_name=…, id_prefix=…).save("alamedas.toml").',
        es='No existe el perfil {path}. Haga uno con cp.Profile(account_name=…, id_prefix=…).save("alamedas.toml").',
    ),
    "profile_unreadable": Sentence(
        en="The profile {path} cannot be read ({reason}). Mend that line, or make it anew with cp.Profile(…).save(…).",
        es="No se puede leer el perfil {path} ({reason}). Corrija esa línea, o hágalo de nuevo con cp.Profile(…).save(…).",
    ),
    "profile_bad": Sentence(
        en="{path}: {problems}",
        es="{path}: {problems}",
    ),
    "profile_key": Sentence(
        en="«{name}» holds an API key: keys never go into a profile, which is sent around; put them into .env.",
        es="«{name}» contiene una llave del API: las llaves nunca van en un perfil, que se comparte; póngalas en .env.",
    ),
    "profile_unknown": Sentence(
        en="«{name}» is nothing that a profile has; it has: {known}.",
        es="«{name}» no existe en un perfil; existen: {known}.",
    ),
    "profile_value": Sentence(
        en="«{name}» cannot be {value!r}.",
        es="«{name}» no puede ser {value!r}.",
    ),
    "profile_logo": Sentence(
        en="{path}: the logo {logo} cannot be read as a PNG or JPEG picture. Put the picture there, or take the line "
        "`logo` out of the file.",
        es="{path}: el logotipo {logo} no se puede leer como imagen PNG o JPEG. Ponga ahí la imagen, o quite del archivo la "
        "línea `logo`.",
    ),
    "profile_placeholder": Sentence(
        en="{value} in «{name}» is unknown; {{year}}, {{month}} and {{month_name}} are filled in.",
        es="{value} en «{name}» no se conoce; se llenan {{year}}, {{month}} y {{month_name}}.",
    ),
    "profile_suffix": Sentence(
        en='A profile is a .toml file: write cp.Profile(…).save("alamedas.toml") instead of {path}.',
        es='Un perfil es un archivo .toml: escriba cp.Profile(…).save("alamedas.toml") en lugar de {path}.',
    ),
}
