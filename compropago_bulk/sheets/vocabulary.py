"""The words that administrators write above their columns, as data. `headers.py` knows what to do with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

from ..values.shown import strip_invisible, unspoilt

FIELDS = (
    "account_name",
    "reference",
    "customer_id",
    "name",
    "first_name",
    "last_name",
    "second_last_name",
    "email",
    "phone",
    "price",
    "amount",
    "exp_date",
    "expires_at",
    "product_id",
    "product_name",
    "product_url",
    "order_id",
    "unit",
    "tower",
    "clabe",
)
"""The canonical fields that a column can be taken for."""

RESULTS = frozenset(
    [
        "outcome",
        "error_code",
        "error",
        "bank",
        "clabe_valid",
        "status",
        "test_mode",
        "short_id",
        "order_price",
        "fee",
        "iva",
        "created_at",
        "updated_at",
        "request_id",
        "attempts",
        "previous_status",
        "status_changed",
        "first_seen_paid",
        "source_sheet",
        "source_row",
    ]
)
"""Columns that this package adds to a table: never taken for a field."""

IDENTIFIERS = frozenset({"reference", "customer_id", "phone", "product_id", "order_id", "unit", "tower", "clabe"})
"""Fields that are text as a person sees it, whatever the cell's type."""


def _words(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.replace("\n", ";").split(";") if part.strip())


VOCABULARY = MappingProxyType(
    {
        "reference": _words(
            "referencia; ref; reference; reference id; referencia de pago; no referencia; referencia bancaria"
            "; referencia unica cliente; referencia unica; referencia cliente; referencia de cliente; referencia spei"
            "; codigo cliente; codigo del cliente; codigo de cliente; no condomino; no de condomino; padron; no padron"
            "; clave; clave cliente; clave del cliente; clave de cliente; id cliente; id del cliente; id de cliente"
            "; no cliente; no de cliente; no cuenta; no de cuenta; matricula; contrato; no contrato; no de contrato"
            "; id; customer id; client id; id residente; id condomino; no residente; clave residente; clave condomino"
            "; payment reference; account number; no ref; no de ref; ref no; account reference; customerid; cliente id"
        ),
        "customer_id": _words("customer_id"),
        "name": _words(
            "nombre; nombre completo; propietario; propietarios; propietaria; titular; residente; residentes; colono"
            "; poseedor; arrendatario; inquilino; inquilina; destinatario; condomino; dueno; ocupante; razon social"
            "; cliente; nombre y apellidos; nombre y apellido; apellidos y nombre; nombre cliente; name; full name"
            "; owner; tenant; resident; customer; customer name; client name; nombre o razon social; habitante"
            "; propietario / residente; propietario o residente; condominos; customer_name; customername; client_name"
        ),
        "first_name": _words("nombres; first name; first_name; primer nombre; nombre de pila; given name"),
        "last_name": _words(
            "apellidos; apellido; apellido paterno; ap paterno; a paterno; primer apellido; last name; surname; paterno"
        ),
        "second_last_name": _words("apellido materno; ap materno; a materno; segundo apellido; materno"),
        "email": _words(
            "correo; correos; correo electronico; email; e-mail; e mail; mail; emails; direccion de correo electronico"
            "; direccion de correo; direccion de email; direccion email; correo-e; correo e; contacto; mail de contacto"
            "; correo de contacto; email de contacto; email address; e-mail address; correo electronico de contacto"
            "; correo / email; correo / e-mail; correo electronico / email; cuenta de correo; customer email"
            "; customer_email; customeremail; client email; client_email"
        ),
        "phone": _words(
            "telefono; telefonos; tel; tels; celular; cel; movil; whatsapp; whats; phone; tel celular; tel movil"
            "; no celular; no de celular; telefono celular; telefono movil; no telefono; no de telefono; mobile"
            "; telefono de contacto; tel de contacto; celular de contacto; telefono / celular; tel / cel; cel / tel"
            "; tel cel; mobile phone; phone number; cell; cell phone; celular / whatsapp; numero de whatsapp"
            "; no whatsapp; no de whatsapp; telefono / whatsapp; no movil; no de movil; customer phone; customer_phone"
            "; customerphone; client phone; client_phone; no cel; no de cel; no tel; no de tel"
        ),
        "price": _words(
            "monto; monto cuota mantenimiento; monto cuota; monto a pagar; monto mensual; cuota mensual; cuota"
            "; cuota administracion mensual; cuota administracion; cuota de administracion; importe a cobrar; mtto"
            "; cuota mtto; cuota mantto; cuota de mtto; cuota de mantto; mantenimiento; mantto; importe; pago mensual"
            "; total a pagar; tarifa; precio; price; total; cuota mantenimiento; cuota de mantenimiento"
            "; cuota ordinaria; cuota extraordinaria; importe mensual; importe a pagar; monto a cobrar; cuota total"
            "; mantenimiento mensual; monthly fee; maintenance; maintenance fee; monto total; importe total"
            "; product price; product_price; productprice"
        ),
        "amount": _words("amount"),
        "exp_date": _words(
            "fecha de vencimiento; fecha vencimiento; fecha maxima; vence; vencimiento; fecha limite; vigencia"
            "; fecha limite de pago; fecha maxima de pago; due date; expiry date; expiration date; exp date; expires"
        ),
        "expires_at": _words("expires_at; expires at"),
        "product_id": _words(
            "product_id; product id; id producto; id del producto; clave producto; clave del producto; sku"
            "; id concepto; clave concepto"
        ),
        "product_name": _words(
            "product_name; product name; concepto; nombre del producto; nombre producto; nombre del concepto"
            "; producto; servicio; concepto de pago; concepto de cobro; product"
        ),
        "product_url": _words(
            "product_url; product url; url del producto; url producto; product_img; image_url; image url"
        ),
        "order_id": _words(
            "order_id; order id; id de orden; id orden; id de la orden; orden; no orden; no de orden; order"
            "; orden de pago; id orden de pago; id de orden de pago"
        ),
        "account_name": _words(
            "account_name; account name; condominio; fraccionamiento; conjunto; residencial; nombre del condominio"
            "; nombre condominio; nombre del fraccionamiento; conjunto residencial; conjunto habitacional; condominium"
            "; desarrollo; accountname"
        ),
        "unit": _words(
            "depto; deptos; departamento; no depto; no de depto; no departamento; dpto; apartamento; apto; apt; unidad"
            "; unidad habitacional; inmueble; casa; no casa; no de casa; lote; no lote; numero; no exterior; no ext"
            "; no interior; no int; ubicacion; departamento / ph; local; vivienda; no vivienda; unit; apartment"
            "; unit number; house; no de unidad; no unidad; no de departamento; no apto; numero de casa; casa / depto"
            "; depto / casa; flat; apt no; apto no; depto no; casa no; unit no"
        ),
        "tower": _words(
            "torre; edificio; manzana; bloque; etapa; calle; agrupacion; escalera; seccion; cluster; mz; tower"
            "; building; no torre; torre / edificio; edificio / torre"
        ),
        "clabe": _words("clabe; payment clabe; clabe interbancaria; cuenta clabe; clabe spei"),
    }
)
"""Canonical field to the headers that mean it, in the form that `fold_header` gives."""

NOT_IN_DOUBT = _words("nombre completo; nombre y apellidos; nombre y apellido; apellidos y nombre; full name; name")
"""Names in full: they win over a name that is split into columns."""

SUGGESTED_ONLY = MappingProxyType(
    {
        "folio": "reference",
        "no folio": "reference",
        "folio cliente": "reference",
        "privada": "tower",
        "coto": "account_name",
        "colonia": "account_name",
        "descripcion": "product_name",
        "tel casa": "phone",
        "tel oficina": "phone",
        "telefono casa": "phone",
        "telefono oficina": "phone",
        "telefono de casa": "phone",
        "telefono de oficina": "phone",
        "tel fijo": "phone",
        "telefono fijo": "phone",
        "adeudo": "price",
        "saldo": "price",
        "saldo pendiente": "price",
    }
)
"""Words that mean the field in some sheets and something else in more: offered, never taken."""

LEFT_ALONE = _words(
    "no; num; nro; n; item; renglon; consecutivo; rfc; calidad; tipo; rol; coeficiente; alicuota; indiviso"
    "; pro indiviso"
    "; estado de cuenta; fecha de pago; monto pagado; estado de pago; comentarios; comentario; observaciones; notas"
    "; nota; marca temporal; timestamp; cuenta; banco; firma; vehiculos; vehiculo; placas; estatus; estado; status"
    "; fechaadeudo; fecha de adeudo; adeudo; saldo; saldo pendiente; saldo a favor; pagado; pagos; fecha; metros; m2"
    "; superficie; agua; extraord; extraordinaria; otros; multas; multa; recargos; enero; febrero; marzo; abril; mayo"
    "; junio; julio; agosto; septiembre; octubre; noviembre; diciembre; direccion; domicilio; codigo postal; cp; ciudad"
    "; cajon; cajones; estacionamiento; bodega; mascotas; curp; fecha de nacimiento; comments; notes; balance"
)
"""Words that stand above columns and are no field: they help to find the header row."""

PAYMENT_WORDS = _words("fecha de pago; monto pagado; estado de pago; pagado; forma de pago; metodo de pago")
"""Words of a list of payments: such a sheet is not the residents' unless it has their e-mails."""

ROLES = _words(
    "propietario; propietaria; inquilino; inquilina; arrendatario; arrendataria; residente; dueno; si; no; x; s; n"
    "; titular; true; false; verdadero; falso; owner; tenant; yes"
)
"""Values that tell what somebody is, not who."""

_PERSON = (
    r"propietario|propietaria|residente|inquilino|inquilina|condomino|titular|dueno|arrendatario|colono|cliente"
    r"|ocupante|poseedor|representante|owner|tenant|resident|customer"
)
_QUALIFIER = re.compile(rf"^(?P<base>.+?)(?: (?:del?|de la|del/la|of|/|-))?(?: (?P<who>{_PERSON})|(?: ?(?P<n>\d)))$")
_STALE = re.compile(
    r"^(?P<base>.+?) (?:viejo|vieja|anterior|antiguo|antigua|old|alterno|alternativo|secundario|adicional)$"
)
_FRESH = re.compile(r"^(?P<base>.+?) (?:nuevo|nueva|actual|principal|personal|new|actualizado|vigente)$")
_TAIL = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_GENDER = re.compile(r"(?<=\w)[(/][oae]?s?\)?(?=\s|$)")
_NUMBER = re.compile(r"^(?:numero|nro|num|no|n)(?: de(?:l)?)? (?=\w)")


@lru_cache(maxsize=4096)
def fold_header(header: str) -> str:
    """Return a header's form for comparing: no accents, marks, line breaks or tails in brackets; lower case."""
    text = strip_invisible(unspoilt(header).replace("\n", " ").replace("\r", " ")).casefold()
    text = text.replace("°", "o ").replace("º", "o ").replace("ª", "a ").replace("_x000d_", " ")
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = _GENDER.sub("", " ".join(text.split()))
    while (shorter := _TAIL.sub("", text)) not in (text, ""):
        text = shorter
    text = text.replace("/", " / ").replace("#", " no ") if text not in VOCABULARY["customer_id"] else text
    text = " ".join(re.sub(r"[.:*;,¿?¡!\"'$]", " ", text).split())
    return _NUMBER.sub("no ", text) if text not in _EXACT else text


_EXACT = frozenset(FIELDS) | RESULTS | {"numero de casa", "numero de whatsapp"}


def lookup(folded: str) -> str | None:
    """Return the field that a folded header means by the vocabulary, without its qualifiers; None for no field."""
    if folded in _EXACT and folded in FIELDS:
        return folded
    return _LOOKUP.get(folded)


_LOOKUP = {word: field for field, words in VOCABULARY.items() for word in words}


def read_header(folded: str) -> tuple[str | None, bool]:
    """Return the field, and whether the header calls its column an old or second one (`Correo anterior`)."""
    if folded in RESULTS:
        return None, False
    if found := lookup(folded):
        return found, False
    if match := _STALE.match(folded):
        return read_header(match["base"])[0], True
    if match := _FRESH.match(folded):
        return read_header(match["base"])
    if match := _QUALIFIER.match(folded):
        field, stale = read_header(match["base"])
        return (field if field in {"email", "phone", "name", "reference", "last_name", "first_name"} else None), stale
    return None, False


def by_content(field: str, folded: str, sample: Sequence[object]) -> str | None:
    """Correct a word's usual meaning by what stands below it."""
    texts = [str(value).strip() for value in sample if value is not None and str(value).strip()]
    if not texts:
        return field
    if folded == "contacto":
        return _contact(texts)
    if field == "name":
        return None if all(map(_is_no_name, texts)) else field
    if field in {"price", "amount"}:
        return field if any(map(_digits, texts)) else None
    return field


def _contact(texts: Sequence[str]) -> str | None:
    """Read a bare `Contacto` as what most of it is."""
    if sum("@" in text for text in texts) * 2 >= len(texts):
        return "email"
    return "phone" if sum(_digits(text) >= 8 for text in texts) * 2 >= len(texts) else None


def _is_no_name(text: str) -> bool:
    return fold_header(text) in ROLES or not any(map(str.isalpha, text))


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
