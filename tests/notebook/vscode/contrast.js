/* Give the five texts of an element that are hardest to read, each with its contrast as WCAG counts it (1 to 21).
   What cannot be pressed just now is grey on purpose, and left out. */
(root) => {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = parts(colour).map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const element = text.parentElement;
    const words = text.textContent.trim();
    if (!words || element.closest("style, option, :disabled") || !element.checkVisibility()) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
    found.push([Math.round(((one + 0.05) / (other + 0.05)) * 100) / 100, words.slice(0, 60)]);
  }
  return found.sort((one, other) => one[0] - other[0]).slice(0, 5);
}
