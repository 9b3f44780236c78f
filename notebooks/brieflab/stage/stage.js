// A stage in the browser: draws what Python decided, moves it, and hands choices on.
// No library, no build step; it runs in JupyterLab, in other notebooks and in a plain page.
// mount(element, data, kernel): data as in stage.py; kernel only where one can be asked.

const SVG = "http://www.w3.org/2000/svg";
const WIDE_FROM = 620; // narrower than this, the picture for phones is the better one
const PATIENCE = 6000; // milliseconds without an answer after which the kernel counts as gone
const PACE = 700; // milliseconds a value stands while a control plays

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function draw(tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function mount(root, data, kernel = null) {
  const page = globalThis; // each copy of this module counts on: names are the page's, not its own
  const id = `bl-stage-${page.blStages = (page.blStages ?? 0) + 1}`;
  const states = new Map(Object.entries(data.states));
  const current = data.controls.map((c) => c.at);
  const gone = new AbortController();
  let shown = null, wide = null, nodes = new Map(), waiting = [], silent = false;
  let halt = null; // stops the control that plays

  // The frame: made once, so that nothing that has the focus ever goes away.
  const sentence = make("p", { class: "sentence" });
  const under = make("p", { class: "under" });
  const ask = make("p", { class: "ask" });
  const chips = make("div", { class: "controls" });
  const svg = draw("svg", { class: "scene", role: "group", "aria-describedby": `${id}-alt` });
  svg.setAttribute("aria-label", "Picture; arrow keys move between its marks");
  svg.innerHTML = `%HATCH%`.replaceAll("bl-hatch", `${id}-hatch`);
  const layer = svg.appendChild(draw("g"));
  const card = make("div", { class: "card", hidden: "", "aria-hidden": "true" });
  const picture = make("div", { class: "picture" }, svg, card);
  const alt = make("p", { class: "alt", id: `${id}-alt` });
  const foot = make("p", { class: "foot" });
  const note = make("p", { class: "note", hidden: "" });
  const live = make("p", { class: "live", role: "status" });
  const caption = make("caption", { id: `${id}-numbers` });
  const head = make("tr"), body = make("tbody");
  const numbers = make("details", {},
    make("summary", {}, "Show the numbers behind this picture"),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": caption.id },
      make("table", {}, caption, make("thead", {}, head), body)));
  const styles = [...root.querySelectorAll("style")];
  root.replaceChildren(...styles, sentence, under, ask, chips, picture, alt, foot, note, live, numbers);
  root.classList.add("bl-stage");
  root.style.setProperty("--hatch", `url(#${id}-hatch)`);

  // Choices ------------------------------------------------------------------------------

  const key = (at = current) => at.join("|");
  const asleep = () => !kernel || silent || kernel.asleep();
  const can = (changes) => {
    const at = current.slice();
    for (const [control, place] of changes) at[control] = place;
    return states.has(key(at)) || !asleep();
  };

  function choose(changes) {
    if (!can(changes)) return tellAsleep(true), controls.forEach((c) => c.show());
    for (const [control, place] of changes) current[control] = place;
    kernel?.chose(current.slice());
    update();
  }

  function tellAsleep(refused = false) {
    const closed = controls.some((c) => c.closed());
    const words = kernel ? "The kernel does not answer: run this cell to see the other choices."
                         : "The other choices need a kernel: open this lesson in JupyterLab.";
    if (refused || closed) setText(note, words);
    note.hidden = !(refused || closed);
  }

  const makers = { stepper: makeStepper, switch: makeOptions, chips: makeOptions, picked: makeOptions };

  function makeStepper(control, index) {
    const last = control.last - control.first;
    const input = make("input", { type: "number", min: control.first, max: control.last,
      "aria-label": control.label, inputmode: "numeric", autocomplete: "off" });
    const less = make("button", { type: "button", "aria-label": `${control.label}: one less` }, "−");
    const more = make("button", { type: "button", "aria-label": `${control.label}: one more` }, "+");
    input.style.width = `${Math.max(String(control.last).length, 2) + 0.2}ch`;
    const node = make("span", { class: "step", role: "group", "aria-label": control.label }, less, input, more);
    const play = make("button", { type: "button", class: "play", "aria-label": `${control.label}: play`, "aria-pressed": "false" });
    play.innerHTML = '<svg viewBox="0 0 14 14" aria-hidden="true"><path class="go" d="M2 0L13 7L2 14Z"/><path class="stop" d="M1 1H13V13H1Z"/></svg>';
    if (control.plays) node.append(play);
    play.addEventListener("click", () => (halt ? halt() : run()));
    function run() { // once, to the end; heard by readers when it stops, not at each step
      const timer = setInterval(() => go(current[index] + 1), PACE);
      halt = () => {
        clearInterval(timer);
        halt = null;
        play.setAttribute("aria-pressed", "false");
        tell();
      };
      play.setAttribute("aria-pressed", "true");
      function go(place) {
        const next = current.with(index, place);
        if (!root.isConnected || !states.has(key(next))) return halt();
        choose([[index, place]]);
        if (place === last) halt();
      }
      go(current[index] === last ? 0 : current[index] + 1);
    }
    const to = (place) => place >= 0 && place <= last && place !== current[index] && choose([[index, place]]);
    less.addEventListener("click", () => to(current[index] - 1));
    more.addEventListener("click", () => to(current[index] + 1));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => {
      const place = Number(input.value) - control.first;
      const fits = input.value.trim() !== "" && Number.isInteger(place) && place >= 0 && place <= last;
      input.setAttribute("aria-invalid", !fits);
      if (fits) to(place);
      else if (input.value.trim() !== "")
        setText(live, `${control.label}: a whole number from ${control.first} to ${control.last}.`);
    });
    input.addEventListener("blur", show);
    function show() {
      const value = String(control.first + current[index]);
      if (input.value !== value) input.value = value;
      input.removeAttribute("aria-invalid");
      less.setAttribute("aria-disabled", current[index] === 0 || !can([[index, current[index] - 1]]));
      more.setAttribute("aria-disabled", current[index] === last || !can([[index, current[index] + 1]]));
    }
    const closed = () => [-1, 1].some((step) => {
      const place = current[index] + step;
      return place >= 0 && place <= last && !can([[index, place]]);
    });
    return { node, show, closed };
  }

  function makeOptions(control, index) {
    const many = control.kind === "chips";
    const node = make("fieldset", {}, make("legend", {}, control.label));
    node.hidden = control.kind === "picked"; // the marks are its buttons
    const place = (n) => (many ? current[index] ^ (1 << n) : n);
    const inputs = control.names.map((name, n) => {
      const input = make("input", { type: many ? "checkbox" : "radio", name: `${id}-${control.name}` });
      const label = make("label", { class: "opt" }, input);
      if (control.shapes[n]) {
        const icon = label.appendChild(draw("svg", { viewBox: "-6 -6 12 12", "aria-hidden": "true" }));
        icon.append(draw("path", { d: control.shapes[n][0], class: `mark ${control.shapes[n][1]}` }));
      }
      label.append(name);
      node.append(label);
      input.addEventListener("change", () => choose([[index, place(n)]]));
      return input;
    });
    const closed = () => inputs.some((input) => input.disabled);
    function show() {
      inputs.forEach((input, n) => {
        input.checked = many ? Boolean((current[index] >> n) & 1) : current[index] === n;
        input.disabled = !can([[index, place(n)]]);
      });
    }
    return { node, show, closed };
  }

  const controls = data.controls.map((control, index) => makers[control.kind](control, index));
  const inSentence = new Set();
  const opening = states.get(key());
  for (const where of [opening.parts, opening.under])
    for (const part of (opening.pool ?? data.pool)[where] ?? []) if (part.control) inSentence.add(part.control);
  data.controls.forEach((control, index) => {
    controls[index].node.dataset.control = control.name;
    controls[index].node.classList.toggle("joined", control.kind === "switch" && inSentence.has(control.name));
    if (!inSentence.has(control.name)) chips.append(controls[index].node);
  });

  // Words: text may come and go around a control, the control itself never moves -----------

  function setParts(line, parts) {
    for (const child of [...line.childNodes])
      if (!controls.some((c) => c.node === child)) child.remove();
    let after = [...line.childNodes]; // controls that stand here already
    for (const part of parts) {
      if (part.control) {
        const { node } = controls[data.controls.findIndex((c) => c.name === part.control)];
        if (node.parentNode !== line) line.insertBefore(node, after[0] ?? null);
        after = after.filter((n) => n !== node);
      } else {
        const text = typeof part === "string" ? part : make("span", { class: part[1] }, part[0]);
        line.insertBefore(typeof text === "string" ? document.createTextNode(text) : text, after[0] ?? null);
      }
    }
    line.hidden = !line.childNodes.length;
  }

  function setRows(headings, rows) {
    head.replaceChildren(...headings.map((h) => make("th", { scope: "col" }, h)));
    body.replaceChildren(...rows.map((row) => make("tr", {},
      make("th", { scope: "row" }, row[0]), ...row.slice(1).map((cell) => make("td", {}, cell)))));
  }

  // Marks: joined by key; a mark stays the same node while its state changes -----------------

  function drawMark(mark, pool) {
    let node = nodes.get(mark.k);
    if (!node) {
      node = draw("g", { "data-key": mark.k });
      const first = draw(mark.d ? "path" : "rect", mark.d ? {} : { rx: 3 });
      if (mark.d || mark.w) node.append(first);
      nodes.set(mark.k, node);
    }
    node.mark = mark;
    node.setAttribute("class", pool[mark.l]);
    node.style.transform = `translate(${mark.x}px, ${mark.y}px)` + (mark.r ? ` rotate(${mark.r}deg)` : "");
    node.style.setProperty("--later", `${(mark.o ?? 0) * 60}ms`);
    const shape = node.querySelector(":scope > :is(rect, path):not(.ring)");
    if (shape?.tagName === "path") shape.setAttribute("d", mark.d);
    else if (shape) { shape.setAttribute("width", mark.w); shape.setAttribute("height", mark.h); }
    const [lines, x, y, look, step] = mark.t === undefined || mark.t === null ? [[]] : pool[mark.t];
    let texts = [...node.querySelectorAll(":scope > text")];
    for (const text of texts.splice(lines.length)) text.remove();
    lines.forEach((line, n) => {
      const text = texts[n] ?? node.appendChild(draw("text"));
      text.setAttribute("class", look);
      text.setAttribute("x", x);
      text.setAttribute("y", y + n * step);
      setText(text, line);
    });
    reach(node, mark, pool);
  }

  function reach(node, mark, pool) {
    const active = mark.c != null || mark.s || mark.m;
    node.card = mark.c == null ? null : pool[mark.c];
    node.lights = mark.i == null ? [] : pool[mark.i];
    if (!active) return ["role", "tabindex", "aria-label"].forEach((a) => node.removeAttribute(a));
    node.setAttribute("role", mark.m ? "slider" : mark.s ? "button" : "img");
    node.setAttribute("aria-label", mark.n == null ? mark.t ? pool[mark.t][0].join(" ") : "" : pool[mark.n]);
    if (mark.s && mark.p != null) node.setAttribute("aria-pressed", mark.p);
    if (mark.s) node.setAttribute("aria-disabled", !can(mark.s));
    if (mark.m) {
      const control = data.controls[mark.m[0]], value = current[mark.m[0]];
      node.setAttribute("aria-orientation", mark.m[1] === "y" ? "vertical" : "horizontal");
      node.setAttribute("aria-valuemin", control.first ?? 0);
      node.setAttribute("aria-valuemax", control.last ?? control.names.length - 1);
      node.setAttribute("aria-valuenow", (control.first ?? 0) + value);
      if (control.names) node.setAttribute("aria-valuetext", control.names[value]);
    }
    if (!node.querySelector(".ring")) node.append(draw("rect", { class: "ring", rx: 5 }));
  }

  function ring(node) {
    const shape = node.querySelector(":scope > :is(rect, path):not(.ring)") ?? node.querySelector("text");
    const { x, y, width, height } = shape.getBBox(), outline = node.querySelector(".ring");
    outline.setAttribute("x", x - 3);
    outline.setAttribute("y", y - 3);
    outline.setAttribute("width", width + 6);
    outline.setAttribute("height", height + 6);
  }

  const members = (group) => [...layer.children].filter((n) => n.hasAttribute("role") && (n.mark.g ?? "") === group);

  function stops() { // one stop for Tab in each group: the chosen mark, or the one used last
    for (const group of new Set([...layer.children].map((n) => n.mark.g ?? ""))) {
      const all = members(group).filter((n) => !n.mark.m);
      const stop = all.find((n) => n === document.activeElement) ?? all.find((n) => n.mark.p)
        ?? all.find((n) => n.getAttribute("tabindex") === "0") ?? all[0];
      for (const node of all) node.setAttribute("tabindex", node === stop ? 0 : -1);
    }
    for (const node of layer.children) if (node.mark.m) node.setAttribute("tabindex", 0);
  }

  // Heard at the frame, not at each mark: a mark with listeners of its own would take the focus.
  function hear(type, act) {
    picture.addEventListener(type, (e) => {
      const node = e.target.closest(".mark[role]");
      if (node) act(node, e);
    });
  }

  let dragged = null;
  hear("pointerover", (node, e) => { if (e.pointerType !== "touch") showCard(node); });
  hear("pointerout", hideSoon);
  hear("focusin", (node) => { ring(node); showCard(node); });
  hear("focusout", hideSoon);
  hear("click", (node) => { showCard(node); if (node.mark.s) choose(node.mark.s); });
  hear("pointerdown", (node, e) => {
    if (!node.mark.m) return;
    dragged = node;
    picture.setPointerCapture(e.pointerId);
    e.preventDefault();
    node.focus({ preventScroll: true });
  });
  picture.addEventListener("pointermove", (e) => {
    if (!dragged) return;
    const [control, axis, places] = dragged.mark.m;
    const here = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse())[axis];
    const far = (n) => (places[n] == null ? Infinity : Math.abs(places[n] - here));
    const nearest = places.reduce((best, _, n) => (far(n) < far(best) ? n : best), 0);
    if (nearest !== current[control]) choose([[control, nearest]]);
  });
  for (const end of ["pointerup", "pointercancel"])
    picture.addEventListener(end, () => { dragged = null; });

  hear("keydown", (node, e) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    const edge = { Home: 0, End: -1 }[e.key];
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Enter" || e.key === " ") {
      if (node.mark.s) choose(node.mark.s); else showCard(node);
    } else if (step || edge !== undefined) {
      if (node.mark.m) slide(node.mark.m, step, edge); else walk(node, step, edge);
    } else return;
    e.preventDefault();
  });

  function slide([control, , places], step, edge) {
    const open = places.map((p, n) => (p == null ? -1 : n)).filter((n) => n >= 0);
    const next = step ? open[open.indexOf(current[control]) + step] : open.at(edge);
    if (next !== undefined && next !== current[control]) choose([[control, next]]);
  }

  function walk(node, step, edge) {
    const all = members(node.mark.g ?? "").filter((n) => !n.mark.m);
    const next = step ? all[all.indexOf(node) + step] : all.at(edge);
    if (!next) return;
    all.forEach((n) => n.setAttribute("tabindex", n === next ? 0 : -1));
    next.focus();
  }

  // The card: beside what it explains, never over it -----------------------------------------

  let about = null, leaving = 0;

  function covered(box) { // how many words a card at this place would hide
    return [...layer.querySelectorAll("text")].filter((text) => {
      const t = text.getBoundingClientRect();
      return t.left < box.right && t.right > box.left && t.top < box.bottom && t.bottom > box.top;
    }).length;
  }

  function showCard(node) {
    clearTimeout(leaving);
    if (!node.card) return hideCard();
    light(node);
    about = node;
    card.replaceChildren(...node.card.map((line) => make("p", {}, line)));
    card.hidden = false;
    const frame = picture.getBoundingClientRect();
    const mark = (node.querySelector(":scope > :not(.ring)") ?? node).getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card, room = document.documentElement.clientHeight;
    const across = [mark.left + 12, mark.right - width, frame.left, frame.right - width]
      .map((left) => Math.max(frame.left, Math.min(left, frame.right - width)));
    const down = [mark.bottom + 5, mark.top - height - 5];
    const places = down.flatMap((top) => across.map((left) => (
      { left, top, right: left + width, bottom: top + height })));
    const cost = (p) => covered(p) + (p.top < frame.top ? 8 : 0) + (p.top < 0 || p.bottom > room ? 100 : 0);
    const best = places.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    card.style.left = `${best.left - frame.left}px`;
    card.style.top = `${best.top - frame.top}px`;
  }

  function light(node) { // what the mark with the card names stands out
    for (const lit of layer.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const name of node?.lights ?? []) nodes.get(name)?.classList.add("lit");
  }

  function hideCard() { card.hidden = true; about = null; light(); }
  function hideSoon() { clearTimeout(leaving); leaving = setTimeout(hideCard, 250); }
  card.addEventListener("pointerenter", () => clearTimeout(leaving));
  card.addEventListener("pointerleave", hideSoon);
  root.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !card.hidden) { hideCard(); e.stopPropagation(); }
  });
  // JupyterLab hears no key pressed in here, but for the one that saves. Its shortcuts look at the
  // element with the focus first, so the mark has to stand on that one, not only on the root.
  window.addEventListener("keydown", (e) => {
    const saves = (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s";
    if (root.contains(e.target))
      for (const node of [root, e.target]) node.toggleAttribute("data-lm-suppress-shortcuts", !saves);
  }, { capture: true, signal: gone.signal });
  document.addEventListener("pointerdown", (e) => {
    if (about && !about.contains(e.target) && !card.contains(e.target)) hideCard();
  }, { signal: gone.signal });

  for (const type of ["pointerdown", "keydown"]) // what plays stops at any input; its own button does so itself
    root.addEventListener(type, (e) => {
      const own = e.target.closest(".play") && [undefined, "Enter", " "].includes(e.key);
      if (!own) halt?.();
    }, true);

  // All together ------------------------------------------------------------------------------

  function tell() {
    const state = states.get(key());
    const words = state && (state.pool ?? data.pool)[state.say];
    if (state) live.textContent = words === live.textContent ? `${words}\u00a0` : words; // said again
  }

  function update() {
    controls.forEach((c) => c.show());
    tellAsleep();
    const state = states.get(key());
    if (!state) { // asked: the old picture stays, dimmed if it takes long
      rest();
      waiting = [setTimeout(() => root.setAttribute("aria-busy", "true"), 300), setTimeout(giveUp, PATIENCE)];
      return;
    }
    rest();
    const pool = state.pool ?? data.pool;
    const words = (name) => pool[state[name]] ?? "";
    setParts(sentence, pool[state.parts]);
    setParts(under, pool[state.under] ?? []);
    for (const [node, name] of [[ask, "ask"], [foot, "foot"], [alt, "alt"], [caption, "say"]]) {
      setText(node, words(name));
      node.hidden = !node.textContent;
    }
    if (shown !== null && shown !== key() && !halt) tell();
    picture.hidden = numbers.hidden = state.head === undefined;
    if (state.head !== undefined) {
      setRows(pool[state.head], state.rows.map((n) => pool[n]));
      const at = wide ? 1 : 0, width = data.widths[at];
      svg.setAttribute("viewBox", `0 0 ${width} ${state.height[at]}`);
      svg.style.maxWidth = `${width * (wide ? 1.06 : 1.25)}px`;
      const row = state.marks[at]; // a letter for each mark says which of its versions is seen
      const seen = typeof row === "string" ? data.rows[at].map((all, n) => all[row.charCodeAt(n) - 48]) : row;
      const marks = seen.map((n) => ({ ...pool[pool[n]["^"]], ...pool[n] }));
      const keys = new Set(marks.map((m) => m.k));
      for (const [name, node] of nodes) if (!keys.has(name)) { node.remove(); nodes.delete(name); }
      marks.forEach((mark, n) => { // what is last lies on top; no mark that was here is moved
        drawMark(mark, pool);
        const node = nodes.get(mark.k);
        if (layer.children[n] !== node) layer.insertBefore(node, layer.children[n] ?? null);
      });
      stops();
      if (about) about.isConnected ? showCard(about) : hideCard();
    }
    shown = key();
    root.dataset.state = shown;
  }

  function rest() {
    waiting.forEach(clearTimeout);
    root.removeAttribute("aria-busy");
  }

  function giveUp() { // back to what is shown; an answer that comes late is still taken
    silent = true;
    shown.split("|").forEach((place, n) => { current[n] = Number(place); });
    update();
  }

  function fit() {
    const isWide = root.clientWidth >= WIDE_FROM;
    if (isWide === wide || !root.clientWidth) return;
    wide = isWide;
    layer.replaceChildren();
    nodes = new Map();
    update();
  }

  const sized = new ResizeObserver(fit);
  sized.observe(root);
  fit();
  if (wide === null) { wide = true; update(); }
  kernel?.listen({
    answer(state) { silent = false; states.set(state.key, state); update(); },
    turned() { update(); },
  });
  root.dataset.alive = "yes";
  return () => { halt?.(); sized.disconnect(); gone.abort(); clearTimeout(leaving); rest(); };
}

// As a widget: the kernel computes what was not computed ahead.
function render({ model, el }) {
  const root = el.appendChild(make("div", { "data-lm-suppress-shortcuts": "" }));
  const ended = "jupyter-widgets-disconnected"; // set by ipywidgets when the kernel has gone
  let watcher;
  const known = { ...model.get("known") }, choice = model.get("choice"), last = model.get("answer");
  known.states = { ...known.states, ...(last.key && { [last.key]: last }) };
  if (choice.join("|") in known.states) // as it was left
    known.controls = known.controls.map((control, n) => ({ ...control, at: choice[n] }));
  const close = mount(root, known, {
    asleep: () => el.classList.contains(ended),
    chose(choice) { model.set("choice", choice); model.save_changes(); },
    listen({ answer, turned }) {
      model.on("change:answer", () => answer(model.get("answer")));
      watcher = new MutationObserver(turned);
      watcher.observe(el, { attributes: true, attributeFilter: ["class"] });
    },
  });
  return () => { watcher?.disconnect(); close(); };
}

export default { render };

// In a page: each copy of the fragment called ``name`` comes alive, its states unpacked.
export async function wake(name) {
  for (const root of document.querySelectorAll(`[data-stage="${name}"]:not([data-alive])`)) {
    const packed = atob(root.querySelector('script[type="text/plain"]').textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    root.dataset.alive = "soon";
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    mount(root, await new Response(plain).json());
  }
}
