/* For tests only. In the extension host: one Jupyter kernel, the cells that it runs, and a copy of every one of its
   messages for the widgets in the notebook's webview. The official Jupyter extension does the same in more words. */
"use strict";

const vscode = require("vscode");

const SERVER = process.env.COMPROPAGO_TEST_JUPYTER;
const WIDGET = "application/vnd.jupyter.widget-view+json";
const ORDER = [WIDGET, "text/html", "image/svg+xml", "image/png", "text/plain"];
const id = () => globalThis.crypto.randomUUID();

class Kernel {
  constructor(messaging) {
    this.messaging = messaging;
    this.session = id();
    this.running = new Map();
    this.sent = [];
    this.listening = false;
    this.open = null;
    messaging.onDidReceiveMessage(({ message }) => this.heard(message));
  }

  start() {
    this.open ??= this.connect();
    return this.open;
  }

  async connect() {
    const answer = await fetch(`${SERVER}/api/kernels`, { method: "POST", body: JSON.stringify({ name: "python3" }) });
    this.model = await answer.json();
    const address = `${SERVER.replace("http", "ws")}/api/kernels/${this.model.id}/channels?session_id=${this.session}`;
    this.socket = new WebSocket(address);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => this.got(data);
    await new Promise((done, failed) => Object.assign(this.socket, { onopen: done, onerror: failed }));
    this.tell({ options: { clientId: this.session, model: { id: this.model.id, name: this.model.name } } });
  }

  heard(message) {
    if (message.ready) {
      this.listening = true;
      this.sent.splice(0).forEach((one) => this.messaging.postMessage(one));
    } else {
      const { text, base64 } = message;
      this.socket.send(base64 === undefined ? text : Buffer.from(base64, "base64"));
    }
  }

  tell(message) {
    if (this.listening) this.messaging.postMessage(message);
    else this.sent.push(message);
  }

  got(data) {
    const text = typeof data === "string";
    this.tell(text ? { text: data } : { base64: Buffer.from(data).toString("base64") });
    const message = JSON.parse(text ? data : first(Buffer.from(data)));
    this.running.get(message.parent_header?.msg_id)?.(message);
  }

  execute(code, hear) {
    const header = {
      msg_id: id(), msg_type: "execute_request", username: "", session: this.session, version: "5.3",
      date: new Date().toISOString(),
    };
    const content = {
      code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true,
    };
    this.running.set(header.msg_id, hear);
    this.socket.send(JSON.stringify({ header, content, channel: "shell", parent_header: {}, metadata: {}, buffers: [] }));
  }

  async interrupt() {
    await fetch(`${SERVER}/api/kernels/${this.model.id}/interrupt`, { method: "POST" });
  }
}

/** Take the JSON out of a message that carries buffers behind it. */
function first(bytes) {
  const parts = bytes.readUInt32BE(0);
  return bytes.subarray(bytes.readUInt32BE(4), parts > 1 ? bytes.readUInt32BE(8) : bytes.length).toString("utf8");
}

function item(mime, value) {
  if (mime === WIDGET || mime.endsWith("json")) return vscode.NotebookCellOutputItem.json(value, mime);
  const text = Array.isArray(value) ? value.join("") : value;
  if (mime === "image/png") return new vscode.NotebookCellOutputItem(Buffer.from(text, "base64"), mime);
  return vscode.NotebookCellOutputItem.text(text, mime);
}

function items(data) {
  const mimes = Object.keys(data).sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
  return mimes.map((mime) => item(mime, data[mime]));
}

async function run(kernel, controller, cell) {
  const execution = controller.createNotebookCellExecution(cell);
  execution.start(Date.now());
  await execution.clearOutput();
  await kernel.start();
  const over = new Promise((done) => {
    const add = (output) => execution.appendOutput(output);
    const named = new Map();
    let well = true;
    kernel.execute(cell.document.getText(), ({ header, content }) => {
      const kind = header.msg_type;
      if (kind === "stream") {
        add(new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem[content.name](content.text)]));
      } else if (kind === "execute_result" || kind === "display_data") {
        const output = new vscode.NotebookCellOutput(items(content.data), { outputType: kind });
        if (content.transient?.display_id) named.set(content.transient.display_id, output);
        add(output);
      } else if (kind === "update_display_data" && named.has(content.transient.display_id)) {
        execution.replaceOutputItems(items(content.data), named.get(content.transient.display_id));
      } else if (kind === "error") {
        well = false;
        const said = { name: content.ename, message: content.evalue, stack: content.traceback.join("\n") };
        add(new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error(said)]));
      } else if (kind === "execute_input") execution.executionOrder = content.execution_count;
      else if (kind === "status" && content.execution_state === "idle") done(well);
    });
  });
  execution.end(await over, Date.now());
}

exports.activate = (context) => {
  const kernel = new Kernel(vscode.notebooks.createRendererMessaging("stand-in-widgets"));
  const controller = vscode.notebooks.createNotebookController("stand-in", "jupyter-notebook", "Stand-in kernel");
  controller.supportedLanguages = ["python"];
  controller.supportsExecutionOrder = true;
  controller.executeHandler = async (cells) => {
    for (const cell of cells) await run(kernel, controller, cell);
  };
  controller.interruptHandler = () => kernel.interrupt();
  const prefer = (one) => controller.updateNotebookAffinity(one, vscode.NotebookControllerAffinity.Preferred);
  vscode.workspace.notebookDocuments.forEach(prefer);
  context.subscriptions.push(controller, vscode.workspace.onDidOpenNotebookDocument(prefer));
};
