// Beside a widget's fields: asks the kernel at each input, closes the fields when none answers, and
// keeps JupyterLab from hearing the keys pressed in them.

const PATIENCE = 3000; // milliseconds without an answer after which the kernel counts as gone
const ENDED = "jupyter-widgets-disconnected"; // set by ipywidgets when the kernel is restarted
const FIELDS = "input, textarea, select, button";
const WORDS = "textarea, input:is([type=text], [type=number], :not([type]))";

function render({ model, el }) {
  const gone = new AbortController(), note = document.createElement("p");
  let waiting = 0, again = false, used = el;
  note.setAttribute("role", "alert");
  note.style.cssText = "margin: 4px 0; padding: 2px 8px; border-left: 4px solid #b84a00; font-weight: 600; line-height: 1.4";
  const busy = () => model.widget_manager?.kernel?.status === "busy";

  function close(closed) {
    for (const field of el.parentElement?.querySelectorAll(FIELDS) ?? []) {
      const how = field.matches(WORDS) ? "readOnly" : "disabled"; // words stay to be read and copied
      if (closed ? field[how] : !("asleep" in field.dataset)) continue;
      field[how] = closed;
      closed ? (field.dataset.asleep = "") : delete field.dataset.asleep;
    }
    if (!closed) return note.remove();
    used.before(note);
    note.textContent = "The kernel does not answer: nothing written or chosen here is kept. "
      + "Copy first what you want to keep, then run this cell again to answer.";
  }

  function ask() {
    if (waiting) return void (again = true);
    again = false;
    waiting = setTimeout(silent, PATIENCE);
    try { model.send({}); } catch { silent(); }
  }

  function silent() {
    clearTimeout(waiting);
    waiting = busy() ? setTimeout(silent, PATIENCE) : 0; // at work, it hears later what was said
    if (!waiting) close(true);
  }

  model.on("msg:custom", () => {
    clearTimeout(waiting);
    waiting = 0;
    if (!el.classList.contains(ENDED)) close(false);
    if (again) ask();
  });
  for (const type of ["input", "change", "click"])
    document.addEventListener(type, ({ target }) => {
      if (!el.parentElement?.contains(target) || !target.closest(FIELDS)) return;
      used = target.closest(".jupyter-widgets") ?? el;
      ask();
    }, { capture: true, signal: gone.signal });
  window.addEventListener("keydown", (e) => {
    const box = el.parentElement, saves = (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s";
    if (!box?.contains(e.target)) return;
    for (const node of [box, e.target]) node.toggleAttribute("data-lm-suppress-shortcuts", !saves);
    if (e.target.readOnly && e.key === " ") e.preventDefault(); // it would scroll the page away
  }, { capture: true, signal: gone.signal });
  const ended = () => el.classList.contains(ENDED) && close(true);
  const watcher = new MutationObserver(ended);
  watcher.observe(el, { attributes: true, attributeFilter: ["class"] });
  ended();
  return () => { watcher.disconnect(); gone.abort(); clearTimeout(waiting); };
}

export default { render };
