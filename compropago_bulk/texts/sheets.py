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
        en="No column was found for {field}. The headers are: {seen}. If {told} is the one, say so: "
        'columns={{"{field}": "{hint}"}}.',
        es="No se encontró una columna para {field}. Los encabezados son: {seen}. Si es {told}, indíquelo: "
        'columns={{"{field}": "{hint}"}}.',
    ),
    "missing_reference_parts": Sentence(
        en="No column was found for {field}. The headers are: {seen}. There are {told}. A flat's number alone may "
        'not be unique: join columns with columns={{"{field}": [{parts}]}} if together they are.',
        es="No se encontró una columna para {field}. Los encabezados son: {seen}. Hay {told}. El número del "
        'departamento por sí solo puede repetirse: una columnas con columns={{"{field}": [{parts}]}} si juntas son únicas.',
    ),
    "absent_header": Sentence(
        en="columns= takes {field} from «{name}», and there is no such header. The headers are: {seen}. Write it as it "
        "stands in the sheet.",
        es="columns= toma {field} de «{name}», y ese encabezado no existe. Los encabezados son: {seen}. Escríbalo como "
        "está en la hoja.",
    ),
    "paste_columns": Sentence(
        en="All of it at once, to be completed: columns={columns}",
        es="Todo junto, para completar: columns={columns}",
    ),
    "equal_headers": Sentence(
        en="Two columns are called «{header}», so neither can be chosen for {field}. Give each a name of its own first: "
        "df.columns = {names}",
        es="Dos columnas se llaman «{header}», así que no se puede elegir ninguna para {field}. Dé primero a cada una su "
        "propio nombre: df.columns = {names}",
    ),
    "described_column": Sentence(en="«{header}» ({values})", es="«{header}» ({values})"),
    "one_value": Sentence(en="1 value", es="1 valor"),
    "values": Sentence(en="{count} values", es="{count} valores"),
    "values_repeated": Sentence(en="{count} values, {repeated} repeated", es="{count} valores, {repeated} se repiten"),
    "missing_in_sheet": Sentence(
        en="In the sheet {sheet} no column was found for {field} (elsewhere it is «{header}»). There is {told}. If that is "
        'the one: columns={{"{field}": {pair}}}. If the sheet is none of residents, choose the others with sheet=.',
        es="En la hoja {sheet} no se encontró una columna para {field} (en otras es «{header}»). Hay {told}. Si es esa: "
        'columns={{"{field}": {pair}}}. Si la hoja no es de residentes, elija las otras con sheet=.',
    ),
    "no_source": Sentence(
        en="{kind} is no sheet. Give a DataFrame, a list of dicts, the path of a file (.xlsx .xls .ods .csv), or an open "
        "file.",
        es="{kind} no es una hoja. Dé un DataFrame, una lista de dicts, la ruta de un archivo (.xlsx .xls .ods .csv) o un "
        "archivo abierto.",
    ),
    "series": Sentence(
        en="A Series is one column or one row of a table. Give the whole DataFrame; for one row, df.iloc[[0]].",
        es="Una Series es una columna o un renglón de una tabla. Dé el DataFrame completo; para un renglón, df.iloc[[0]].",
    ),
    "in_the_index": Sentence(
        en="«{header}» stands in the frame's index, which is not read. Give df.reset_index().",
        es="«{header}» está en el índice del DataFrame, que no se lee. Use df.reset_index().",
    ),
    "ambiguous_header": Sentence(
        en='More than one column fits {field}: {rivals}. Say which: columns={{"{field}": "{first}"}}, or the other.',
        es='Más de una columna puede ser {field}: {rivals}. Diga cuál: columns={{"{field}": "{first}"}}, o la otra.',
    ),
}
