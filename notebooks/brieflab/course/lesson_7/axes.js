// Questions on axes from 0 to 100 per cent: drag, press arrow keys, or type. The markup comes from
// Python, with nothing in it that a learner typed; numbers go to the kernel and come from it as
// messages, so that no saved notebook holds them. Without a kernel nothing can be typed.

const PATIENCE = 6000; // milliseconds without an answer after which the kernel counts as gone
const PAUSE = 250; // milliseconds without a change after which what stands there is kept
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const WHILE_HELD = { ArrowRight: 1, ArrowLeft: -1 }; // in a box after its dot was dragged

// What was typed as per cent, or NaN: "30", "30 %", "0.3" and "0,3" are 30; "0.5 %" is a half.
export function perCent(text) {
  const said = /^(\d+\.?\d*|\.\d+)\s*(%?)$/.exec(text.trim().replaceAll(",", "."));
  if (!said) return NaN;
  const share = !said[2] && said[1].includes(".") && Number(said[1]) <= 1;
  const value = Math.round(Number(said[1]) * (share ? 1e6 : 1e4)) / 1e4;
  return value <= 100 ? value : NaN;
}

function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

export function mount(el, page, kernel) {
  el.innerHTML = page;
  const root = el.firstElementChild, gone = new AbortController();
  const find = (selector) => root.querySelector(selector);
  const said = find(".said"), sure = find(".sure input"), button = find(".end button");
  const groups = [...root.querySelectorAll(".group")].map((node) => ({
    node, track: node.querySelector(".track"), hint: node.querySelector(".crossing"),
    asked: [...node.querySelectorAll(".asked")].map((one) => ({
      id: one.dataset.id, box: one.querySelector("input"), hint: one.querySelector(".hint"),
      dot: node.querySelector(`.dot[data-id="${one.dataset.id}"]`), value: NaN,
    })),
  }));
  const asked = groups.flatMap((group) => group.asked.map((one) => Object.assign(one, { group })));
  const isClosed = () => root.classList.contains("closed");
  let patience = 0, pause = 0, held = null;

  // The kernel: each message wants an answer; without one nothing more is taken ------------

  function tell(message) {
    clearTimeout(patience);
    patience = setTimeout(sleep, PATIENCE);
    kernel.send(message);
  }

  function sleep() {
    setText(find(".asleep"), "The kernel does not answer: run this cell. What was kept before is not lost.");
    shut(true);
  }

  function shut(closed) { // the form's own class, not a disabled fieldset: rows can still be opened
    root.classList.toggle("closed", closed);
    find(".asleep").hidden = !closed;
    for (const node of [sure, button, ...asked.map((one) => one.box)]) node.disabled = closed;
  }

  function hear(answer) {
    if (!root.isConnected || !find(".form")) return;
    clearTimeout(patience);
    if (answer.done) return finish(answer);
    if (isClosed() && !kernel.asleep()) shut(false);
    for (const [id, text] of Object.entries(answer.typed ?? {})) type(asked.find((one) => one.id === id), text);
    if (answer.said) setText(said, answer.said);
    if (answer.wrong) complain(answer.wrong);
  }

  function finish({ done, quiet }) { // nothing on the page helps to recall
    find(".form").remove();
    setText(find(".sentence"), done);
    if (!quiet) find(".sentence").focus();
  }

  function complain(wrong) {
    for (const one of asked) if (wrong[one.id]) say(one, wrong[one.id]);
    asked.find((one) => wrong[one.id])?.box.focus();
  }

  const texts = () => Object.fromEntries(asked.map((one) => [one.id, one.box.value]));
  function keep() {
    clearTimeout(pause);
    pause = setTimeout(() => tell({ keep: texts() }), PAUSE);
  }

  // One number -----------------------------------------------------------------------------

  function say(one, sentence, wrong = true) {
    one.hint.classList.toggle("wrong", wrong);
    setText(one.hint, one.group.node.classList.contains("crossed") && wrong ? "" : sentence);
  }

  function type(one, text) {
    if (!one) return;
    const value = perCent(text);
    one.box.value = Number.isNaN(value) ? text : String(value);
    set(one, value);
  }

  function set(one, value) { // value in per cent, NaN where there is none
    const there = !Number.isNaN(value);
    one.value = value;
    one.dot.classList.toggle("set", there);
    one.dot.style.left = there ? `${value}%` : "";
    one.box.setAttribute("aria-invalid", !there && one.box.value.trim() !== "");
    one.box.setAttribute("aria-valuenow", there ? value : "");
    one.box.setAttribute("aria-valuetext", there ? `${value} per cent` : "not set");
    look(one.group);
    const left = asked.filter((other) => Number.isNaN(other.value)).length;
    setText(find(".left"), left ? `Still to answer: ${left} of ${asked.length}.` : "Each question has a number.");
  }

  function look(group) {
    if (!group.hint) return;
    const [inner, outer] = group.asked.map((one) => one.value);
    const crossed = inner > outer;
    group.node.classList.toggle("crossed", crossed);
    const [room, gap] = ["room", "gap"].map((name) => group.node.querySelector(`.${name}`).style);
    room.width = `${outer || 0}%`;
    gap.left = `${outer || 0}%`;
    gap.width = crossed ? `${inner - outer}%` : "0";
    setText(group.hint, crossed ? group.node.dataset.crossing.replace("{inner}", inner).replace("{outer}", outer) : "");
    if (crossed) group.asked.forEach((one) => say(one, ""));
  }

  function choose(one, value) { // by pointer or key: a whole per cent
    const next = Math.max(0, Math.min(100, Math.round(value)));
    say(one, "", false);
    one.box.value = String(next);
    if (next !== one.value) { set(one, next); keep(); }
  }

  for (const one of asked) {
    one.box.addEventListener("focus", () => one.box.select());
    one.box.addEventListener("input", () => {
      held = null;
      say(one, "", false);
      set(one, perCent(one.box.value));
      keep();
    });
    one.box.addEventListener("change", () => {
      const typed = one.box.value.trim();
      if (typed && Number.isNaN(one.value)) return say(one, `“${typed}” is no probability: type a number from 0 to 100.`);
      if (typed && typed.replace(/\s*%$/, "") !== String(one.value)) say(one, `${typed} is read as ${one.value} %.`, false);
      if (typed) one.box.value = String(one.value);
    });
    one.box.addEventListener("blur", () => { if (held === one) held = null; });
    one.box.addEventListener("keydown", (e) => {
      const step = STEPS[e.key] ?? (held === one ? WHILE_HELD[e.key] : undefined);
      if (step === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      choose(one, (Number.isNaN(one.value) ? (step > 0 ? 0 : 100) : one.value) + step);
      one.box.select(); // what is typed next takes its place
    });
  }

  // The pointer: the nearest dot follows; one that is not set yet comes where the axis is touched --

  for (const group of groups) {
    const at = (e) => {
      const box = group.track.getBoundingClientRect();
      return (100 * (e.clientX - box.left)) / box.width;
    };
    let moved = null;
    group.track.addEventListener("pointerdown", (e) => {
      if (isClosed()) return;
      const here = at(e), far = (one) => Math.abs(one.value - here);
      moved = group.asked.find((one) => one.dot === e.target)
        ?? group.asked.find((one) => Number.isNaN(one.value))
        ?? group.asked.reduce((a, b) => (far(b) < far(a) ? b : a));
      group.track.setPointerCapture(e.pointerId);
      e.preventDefault();
      moved.box.focus({ preventScroll: true });
      held = moved;
      if (moved.dot !== e.target) choose(moved, here);
      group.node.classList.add("held");
    });
    group.track.addEventListener("pointermove", (e) => { if (moved) choose(moved, at(e)); });
    for (const end of ["pointerup", "pointercancel"])
      group.track.addEventListener(end, () => { moved = null; group.node.classList.remove("held"); });
  }

  button.addEventListener("click", () => {
    clearTimeout(pause);
    tell({ finish: texts(), sure: sure.checked });
  });

  // JupyterLab hears no key pressed in here, but for the one that saves (as in a stage).
  window.addEventListener("keydown", (e) => {
    const saves = (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s";
    if (root.contains(e.target))
      for (const node of [root, e.target]) node.toggleAttribute("data-lm-suppress-shortcuts", !saves);
  }, { capture: true, signal: gone.signal });

  asked.forEach((one) => set(one, NaN));
  kernel.listen({ hear, ended: sleep });
  tell({ hello: true });
  return () => { gone.abort(); clearTimeout(patience); clearTimeout(pause); };
}

function render({ model, el }) {
  const ended = "jupyter-widgets-disconnected"; // set by ipywidgets when the kernel has gone
  let hear, watcher;
  const asleep = () => el.classList.contains(ended);
  const close = mount(el, model.get("page"), {
    asleep,
    send: (message) => model.send(message),
    listen(to) {
      hear = to.hear;
      model.on("msg:custom", hear);
      watcher = new MutationObserver(() => { if (asleep()) to.ended(); });
      watcher.observe(el, { attributes: true, attributeFilter: ["class"] });
    },
  });
  return () => { model.off("msg:custom", hear); watcher.disconnect(); close(); };
}

export default { render };
