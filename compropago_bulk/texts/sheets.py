"""What is odd about a file or a sheet, and what to do next."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {
    "encrypted": Sentence(
        en="{file} is protected with a password. Open it in Excel, save a copy without the password and use the copy.",
        es="{file} está protegido con contraseña. Ábralo en Excel, guarde una copia sin contraseña y use la copia.",
    ),
    "corrupt_file": Sentence(
        en="{file} is damaged or incomplete and cannot be read. Download it again, or open it in Excel and save it as "
        ".xlsx.",
        es="{file} está dañado o incompleto y no se puede leer. Descárguelo de nuevo, o ábralo en Excel y guárdelo como "
        ".xlsx.",
    ),
    "not_a_workbook": Sentence(
        en="{file} is called {kind}, but holds {content}. Open it in Excel and save it as .xlsx.",
        es="{file} se llama {kind}, pero contiene {content}. Ábralo en Excel y guárdelo como .xlsx.",
    ),
    "content_html": Sentence(en="a web page (HTML)", es="una página web (HTML)"),
    "content_text": Sentence(en="plain text (such as CSV)", es="texto simple (como CSV)"),
    "content_xml": Sentence(en="an XML text", es="un texto XML"),
    "content_binary": Sentence(en="something that is no spreadsheet", es="algo que no es una hoja de cálculo"),
    "content_zip": Sentence(en="a compressed file without a workbook", es="un archivo comprimido sin hoja de cálculo"),
    "content_workbook": Sentence(en="a workbook of another kind ({found})", es="un libro de otro tipo ({found})"),
    "too_large_unpacked": Sentence(
        en="{file} would unpack to {size} MB; up to {limit} MB are read. Copy the residents' rows into a new workbook "
        "and use that.",
        es="{file} ocuparía {size} MB al descomprimirse; se leen hasta {limit} MB. Copie los renglones de los residentes "
        "a un libro nuevo y use ese.",
    ),
    "too_large_range": Sentence(
        en="{file} has a used range too large to read (sheet {sheet}). Copy the residents' rows into a new workbook and "
        "use that.",
        es="{file} tiene un rango usado demasiado grande para leerse (hoja {sheet}). Copie los renglones de los "
        "residentes a un libro nuevo y use ese.",
    ),
    "too_slow": Sentence(
        en="{file} took more than {seconds} seconds to read. Open it in Excel or LibreOffice, save it as .xlsx and use "
        "that.",
        es="{file} tardó más de {seconds} segundos en leerse. Ábralo en Excel o LibreOffice, guárdelo como .xlsx y use "
        "ese.",
    ),
    "unsupported_format": Sentence(
        en="{file} is of a kind that is not read ({kind}). Save it as .xlsx (Save as, Excel workbook) and use that.",
        es="{file} es de un tipo que no se lee ({kind}). Guárdelo como .xlsx (Guardar como, Libro de Excel) y use ese.",
    ),
    "unsupported_encoding": Sentence(
        en="{file} is written in an unknown character encoding. In Excel save it as «CSV UTF-8», or as .xlsx.",
        es="{file} está en una codificación de texto desconocida. En Excel guárdelo como «CSV UTF-8», o como .xlsx.",
    ),
    "web_address": Sentence(
        en=(
            "{file} is a web address, and only files on this computer are read. Download it first (in Google Sheets: "
            "File, Download, Microsoft Excel) and give the path of the downloaded file."
        ),
        es=(
            "{file} es una dirección web y solo se leen archivos de esta computadora. Descárguelo primero (en Google "
            "Sheets: Archivo, Descargar, Microsoft Excel) e indique la ruta del archivo descargado."
        ),
    ),
    "no_file": Sentence(
        en="There is no file {file} here. Check the name and the folder.",
        es="No existe el archivo {file}. Revise el nombre y la carpeta.",
    ),
    "unreadable_file": Sentence(
        en="{file} cannot be opened ({reason}). Check that it is a file, and that you may read it.",
        es="{file} no se puede abrir ({reason}). Revise que sea un archivo y que usted tenga permiso de leerlo.",
    ),
    "no_rows": Sentence(
        en="{file} holds no table of residents: no header row with rows below it was found (sheets: {sheets}). Write the "
        "names of the columns in one row, such as Referencia, Nombre, Correo, or choose the sheet with sheet=.",
        es="{file} no contiene una tabla de residentes: no se encontró un renglón de encabezados con datos debajo "
        "(hojas: {sheets}). Escriba los nombres de las columnas en un renglón, por ejemplo Referencia, Nombre, Correo, o "
        "elija la hoja con sheet=.",
    ),
    "no_such_sheet": Sentence(
        en="{file} has no sheet {sheet}. Its sheets are: {sheets}. Choose one of them with sheet=.",
        es="{file} no tiene la hoja {sheet}. Sus hojas son: {sheets}. Elija una de ellas con sheet=.",
    ),
    "missing_required_column": Sentence(
        en='No column was found for {field}. The headers are: {seen}. Name the column: columns={{"{field}": "…"}}.',
        es='No se encontró una columna para {field}. Los encabezados son: {seen}. Indíquela: columns={{"{field}": "…"}}.',
    ),
    "missing_column_hint": Sentence(
        en="No column was found for {field}. The headers are: {seen}. If «{hint}» is the one, say so: "
        'columns={{"{field}": "{hint}"}}.',
        es="No se encontró una columna para {field}. Los encabezados son: {seen}. Si es «{hint}», indíquelo: "
        'columns={{"{field}": "{hint}"}}.',
    ),
    "missing_reference_parts": Sentence(
        en="No column was found for {field}. The headers are: {seen}. A flat's number alone is not unique: join columns "
        'with columns={{"{field}": [{parts}]}} if together they are.',
        es="No se encontró una columna para {field}. Los encabezados son: {seen}. El número del departamento por sí solo "
        'no es único: una columnas con columns={{"{field}": [{parts}]}} si juntas lo son.',
    ),
    "absent_header": Sentence(
        en="columns= takes {field} from «{name}», and there is no such header. The headers are: {seen}. Write it as it "
        "stands in the sheet.",
        es="columns= toma {field} de «{name}», y ese encabezado no existe. Los encabezados son: {seen}. Escríbalo como "
        "está en la hoja.",
    ),
    "ambiguous_header": Sentence(
        en='More than one column fits {field}: {rivals}. Say which: columns={{"{field}": "{first}"}}, or the other.',
        es='Más de una columna puede ser {field}: {rivals}. Diga cuál: columns={{"{field}": "{first}"}}, o la otra.',
    ),
}
