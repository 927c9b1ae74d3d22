/* For tests only. In the notebook's webview: the widget manager that the Jupyter extension loads there
   (`@vscode/jupyter-ipywidgets8`), given a kernel connection whose socket leads to the extension host. */

import { ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";
import { activate as prepare } from "./ipywidgets.js";

// the Jupyter extension puts widgets on white, whatever the theme
const BACKGROUND = ".cell-output-ipywidget-background { background: white !important; }";
const NOT_FOUND = Object.assign(new Error("no such widget"), { name: "vscode.fallbackToNextRenderer" });
const PATIENCE = 4000;

const toBase64 = (bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
const fromBase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;

function connected(context, { clientId, model }) {
  let socket = null;
  class Socket {
    protocol = "";
    constructor() {
      socket = this;
    }
    send(data) {
      const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data;
      context.postMessage(typeof data === "string" ? { text: data } : { base64: toBase64(new Uint8Array(bytes)) });
    }
    close() {}
  }
  const serverSettings = ServerConnection.makeSettings({ WebSocket: Socket, wsUrl: "ws://nowhere" });
  const kernel = new KernelConnection({ serverSettings, clientId, model, username: "", handleComms: true });
  return { kernel, open: () => socket.onopen({}), hear: (data) => socket.onmessage({ target: socket, data }) };
}

function manage(context) {
  const style = document.createElement("style");
  style.textContent = BACKGROUND;
  document.head.append(style);
  const modules = new Map(); // as much of require.js as the bundle asks for
  window.define = (name, make) => modules.set(name, make());
  window.requirejs = (names, done) => done(...names.map((name) => modules.get(name)));
  prepare();
  window.vscIPyWidgets8.load();
  let wire = null;
  const scripts = {
    widgetsRegisteredInRequireJs: new Set(), loadWidgetScript: () => Promise.reject(new Error("no other widgets")),
    successHandler() {}, errorHandler: (...told) => console.error("stand-in", ...told),
  };
  return new Promise((done) => {
    context.onDidReceiveMessage(({ options, text, base64 }) => {
      if (options) {
        wire = connected(context, options);
        done(new window.vscIPyWidgets.WidgetManager(wire.kernel, undefined, scripts, () => undefined));
        wire.open();
      } else wire.hear(base64 === undefined ? text : fromBase64(base64));
    });
    context.postMessage({ ready: true });
  });
}

async function model(manager, name) {
  const ends = Date.now() + PATIENCE;
  while (!manager.has_model(name)) {
    if (Date.now() > ends) throw NOT_FOUND;
    await new Promise((done) => setTimeout(done, 50));
  }
  return manager.get_model(name);
}

const late = () => new Promise((_, failed) => setTimeout(() => failed(NOT_FOUND), PATIENCE));

export function activate(context) {
  const managing = manage(context);
  return {
    async renderOutputItem(output, element) {
      const data = output.json();
      const manager = await Promise.race([managing, late()]);
      const found = await model(manager, data.model_id);
      const holder = document.createElement("div");
      for (const one of [element, holder]) one.classList.add("cell-output-ipywidget-background");
      Object.assign(holder, { tabIndex: 0, role: "region", ariaLabel: "Interactive widget output" });
      element.replaceChildren(holder);
      const view = await manager.create_view(found, { el: holder });
      manager.display_view(data, view, { node: holder });
    },
  };
}
