"""Look at a page as somebody with poor eyes or half a screen would: names, contrast, nothing cut, nothing wider."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_FOUND = r"""
scope => {
  const found = [];
  const seen = one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && style.display !== "none";
  };
  const words = one => (one.textContent || "").replace(/\s+/g, " ").trim().slice(0, 60);

  // what can be used has a name
  const name = one => (one.getAttribute("aria-label") || [...(one.labels || [])].map(words).join(" ")
    || words(one) || one.title || "").trim();
  const used = `${scope} :is(input, select, textarea, button, a, summary, [tabindex="0"])`;
  for (const one of document.querySelectorAll(used))
    if (seen(one) && one.type !== "file" && !name(one)) found.push(`no name: ${one.outerHTML.slice(0, 120)}`);

  // what can be read stands out from what is behind it (WCAG 2.1, 1.4.3)
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((one, place) => one * top[3] + below[place] * (1 - top[3]));
  const behind = one => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = colour => {
    const [r, g, b] = colour.map(one => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const judge = (one, colour, text) => {
    const style = getComputedStyle(one), size = parseFloat(style.fontSize), back = behind(one);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const measured = ratio(over(rgba(colour), back), back);
    if (measured < least) found.push(`contrast ${measured.toFixed(2)} (${colour} on ${back.map(Math.round)}): ${text}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, one = node.parentElement;
    if (!node.data.trim() || !one.closest(scope) || one.closest("style, script, option, :disabled")) continue;
    if (!seen(one)) continue;
    judge(one, getComputedStyle(one).color, node.data.trim().slice(0, 60));
  }
  for (const one of document.querySelectorAll(`${scope} :is(input[type=text], input[type=password], select):enabled`))
    if (seen(one)) {
      judge(one, getComputedStyle(one).color, one.outerHTML.slice(0, 80));
      if (one.placeholder) judge(one, getComputedStyle(one, "::placeholder").color, `placeholder ${one.placeholder}`);
    }

  // nothing is cut, nothing makes the page scroll sideways
  const page = document.scrollingElement;
  const wide = page.scrollWidth, room = page.clientWidth;
  if (wide > room + 1) found.push(`the page is ${wide} wide on ${room}`);
  for (const whole of document.querySelectorAll(scope)) {
    const right = whole.getBoundingClientRect().right + 1;
    for (const one of whole.querySelectorAll("*")) {
      if (!seen(one) || one.closest("style, option")) continue;
      const style = getComputedStyle(one);
      if (!one.closest(".cp-scroll, pre") && one.getBoundingClientRect().right > right)
        found.push(`sticks out: ${one.outerHTML.slice(0, 120)}`);
      const cut = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
      if (cut && words(one) && style.display !== "inline") found.push(`cut: ${one.className} ${words(one)}`);
      if (one.tagName === "SELECT") {
        canvas.font = style.font;
        const chosen = one.selectedOptions[0]?.text || "";
        if (canvas.measureText(chosen).width > one.clientWidth - 16) found.push(`cut: ${chosen}`);
      }
    }
  }
  return [...new Set(found)];
}
"""


def faults(page, scope: str = ".cp-wizard") -> list[str]:
    """Tell what somebody could not read, reach or tell apart; empty where all is well."""
    return page.evaluate(_FOUND, scope)


def barriers(page, scope: str) -> list[str]:
    """Name what axe finds serious or critical in the page; nothing where it is not installed."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None or not page.locator(scope).count():
        return []
    page.add_script_tag(content=Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("scope => axe.run(scope, {resultTypes: ['violations']})", scope)["violations"]
    worst = [item for item in found if item["impact"] in {"serious", "critical"}]
    return [f"{item['id']}: {item['help']}: {item['nodes'][0]['html'][:160]}" for item in worst]
