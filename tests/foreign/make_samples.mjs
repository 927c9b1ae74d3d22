// Write every case with exceljs and SheetJS: `node make_samples.mjs cases.json folder`.
// In the folder: npm install exceljs@4 xlsx@0.18 (the samples were made with 4.4.0 and 0.18.5).
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [, , casesFile, folder] = process.argv;
const load = createRequire(join(resolve(folder), "package.json"));
const ExcelJS = load("exceljs");
const XLSX = load("xlsx");
const cases = JSON.parse(readFileSync(casesFile, "utf8"));
const DAY = 86400000;

// JSON.parse makes a long number a double, as a spreadsheet would.
const day = (text) => new Date(`${text}T00:00:00Z`);
const start = (sheet) => XLSX.utils.decode_cell(sheet.at || "A1");

async function withExceljs(name, one) {
  const book = new ExcelJS.Workbook();
  book.properties.date1904 = Boolean(one.epoch_1904);
  for (const sheet of one.sheets) {
    const made = book.addWorksheet(sheet.name, { state: sheet.hidden ? "hidden" : "visible" });
    const from = start(sheet);
    sheet.rows.forEach((row, down) => row.forEach((value, right) => {
      if (value === null) return;
      const cell = made.getCell(from.r + down + 1, from.c + right + 1);
      if (typeof value !== "object") cell.value = value;
      else if ("n" in value) { cell.value = value.n; cell.numFmt = value.z; }
      else if ("d" in value) { cell.value = day(value.d); cell.numFmt = value.z; }
      else if ("f" in value) cell.value = "v" in value ? { formula: value.f, result: value.v } : { formula: value.f };
      else if ("e" in value) cell.value = { error: value.e };
      else cell.value = { richText: value.rich.map((text, n) => ({ text, font: { bold: n === 1 } })) };
    }));
    for (const range of sheet.merges || []) made.mergeCells(range);
    for (const row of sheet.hidden_rows || []) made.getRow(row).hidden = true;
    for (const column of sheet.hidden_columns || []) made.getColumn(column).hidden = true;
  }
  mkdirSync(join(folder, "exceljs"), { recursive: true });
  await book.xlsx.writeFile(join(folder, "exceljs", `${name}.xlsx`));
}

const ERRORS = { "#REF!": 0x17 };

function sheetjsCell(value, epoch1904) {
  if (typeof value === "string") return { t: "s", v: value };
  if (typeof value === "number") return { t: "n", v: value };
  if (typeof value === "boolean") return { t: "b", v: value };
  if ("n" in value) return { t: "n", v: value.n, z: value.z };
  if ("d" in value) {
    const first = epoch1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
    return { t: "n", v: (day(value.d) - first) / DAY, z: value.z };
  }
  if ("e" in value) return { t: "e", v: ERRORS[value.e] };
  if ("rich" in value) return { t: "s", v: value.rich.join("") };
  if (!("v" in value)) return { t: "z", f: value.f };
  return { t: typeof value.v === "string" ? "s" : "n", v: value.v, f: value.f };
}

function withSheetjs(name, one, kind) {
  const book = XLSX.utils.book_new();
  book.Workbook = { Sheets: [], WBProps: { date1904: Boolean(one.epoch_1904) } };
  for (const sheet of one.sheets) {
    const made = {};
    const from = start(sheet);
    let [last, wide] = [0, 0];
    sheet.rows.forEach((row, down) => row.forEach((value, right) => {
      if (value === null) return;
      const place = { r: from.r + down, c: from.c + right };
      made[XLSX.utils.encode_cell(place)] = sheetjsCell(value, one.epoch_1904);
      [last, wide] = [Math.max(last, place.r), Math.max(wide, place.c)];
    }));
    made["!ref"] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: last, c: wide } });
    made["!merges"] = (sheet.merges || []).map((range) => XLSX.utils.decode_range(range));
    made["!rows"] = []; made["!cols"] = [];
    for (const row of sheet.hidden_rows || []) made["!rows"][row - 1] = { hidden: true };
    for (const column of sheet.hidden_columns || []) made["!cols"][column - 1] = { hidden: true };
    XLSX.utils.book_append_sheet(book, made, sheet.name);
    book.Workbook.Sheets.push({ name: sheet.name, Hidden: sheet.hidden ? 1 : 0 });
  }
  mkdirSync(join(folder, "sheetjs"), { recursive: true });
  XLSX.writeFile(book, join(folder, "sheetjs", `${name}.${kind}`), { bookType: kind === "xls" ? "biff8" : kind });
}

for (const [name, one] of Object.entries(cases)) {
  await withExceljs(name, one);
  for (const kind of ["xlsx", "xls", "ods"]) withSheetjs(name, one, kind);
}
