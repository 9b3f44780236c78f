// A desk for writing: a form on the left, the page as it prints on the right. Python reads the text
// and keeps it; here words are underlined, rows looked up, and the sheet of paper is measured.
// What is typed travels in messages, never in the widget's state: a saved notebook holds none of it.

const PAUSE = 300; // milliseconds without a key after which the text is sent to be kept
const AT_LATEST = 900; // ... and in any case, while somebody goes on typing
const SLOW = 2000; // without an answer: say that the text is not kept yet
const PATIENCE = 4000; // without an answer: the kernel counts as gone, and nothing more is taken in
const SPARE = 0.98; // of a page: lines may break a little differently in print
const MM = 96 / 25.4;
const MOST_ROWS = 40;
const SAVING = "Being saved …";
let serial = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mount(el, model) {
  const id = `bl-desk-${++serial}-${Math.random().toString(36).slice(2, 8)}`;
  const form = model.get("form"), gone = new AbortController(), signal = gone.signal;
  const root = el.appendChild(make("div", { class: "bl-stage bl-desk", "data-lm-suppress-shortcuts": "" }));
  let unsent = {}, inFlight = null, sent = 0, sending = 0, since = 0, waiting = [], typed = 0;
  let open = false, silent = false, reading = null, told = new Set(), rows = null, failed = false, url = null, share = 0;

  // The frame -------------------------------------------------------------------------------

  const sentence = make("p", { class: "sentence" }, "Your page is being opened.");
  const bar = make("span", { class: "fill" });
  const gauge = make("div", { class: "gauge", role: "meter", "aria-label": "How full the page is",
    "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" }, bar);
  const copy = make("button", { type: "button" }, "Copy what is typed");
  const noteWords = make("span");
  const note = make("p", { class: "note", role: "alert", hidden: "" }, noteWords, " ", copy);
  const kept = make("p", { class: "kept" });
  const live = make("p", { class: "live", role: "status" });
  const rules = make("ul", { class: "rules", "aria-label": "The rules" });
  const save = make("button", { type: "button" }, "Save the page");
  const show = make("a", { class: "button", target: "_blank", rel: "noopener", hidden: "" }, "Open");
  const print = make("button", { type: "button", hidden: "" }, "Print");
  const load = make("a", { class: "button", hidden: "" }, "Download");
  const saved = make("p", { class: "saved", role: "status" });
  const host = make("div", { class: "paper", role: "region", "aria-label": "Your page" });
  const fields = new Map();
  const lines = make("div", { class: "form", role: "group", "aria-label": "The form" });
  for (const field of form.fields) lines.append(makeField(field));
  root.append(sentence, gauge, note,
    make("div", { class: "two" },
      make("div", { class: "left" }, lines, kept),
      make("div", { class: "right" },
        make("div", { class: "actions" }, save, show, print, load), saved, host, rules)),
    live);

  const [wide, high] = form.page_mm, [side, above] = form.margins_mm;
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = make("div", { class: "sheet" }), measured = make("div", { class: "sheet" });
  const second = make("div", { class: "second", hidden: "" }, "second sheet");
  const scaled = make("div", { class: "scaled" }, sheet, second);
  shadow.append(make("style", {}, `${form.paper}
    .scaled { position: relative; transform-origin: 0 0; width: ${wide + 2 * side}mm; min-height: ${high + 2 * above}mm;
      padding: ${above}mm ${side}mm; box-sizing: border-box; background: #fff; color: #000 }
    .scaled .sheet { width: ${wide}mm }
    .second { position: absolute; left: 0; right: 0; top: ${above + high}mm; border-top: 2px dashed #b84a00; color: #b84a00;
      font: 700 14px sans-serif; padding: 2px ${side}mm; text-align: right }
    .second[hidden] { display: none }
    .flow { width: auto; min-height: 0; padding: 14px }
    .flow .sheet { width: auto; font-size: 15px; line-height: 1.45; font-size-adjust: none }
    .flow figure { float: none; width: auto; margin: 12px 0 } .flow .rows ul { columns: 1 } .flow :is(.rows, figcaption) { font-size: .87em }
    .flow .second { display: none }
    .measure { position: absolute; visibility: hidden; width: ${wide}mm; height: 0; overflow: hidden; pointer-events: none }`),
    make("div", { class: "measure", "aria-hidden": "true" }, measured), scaled);

  // The form --------------------------------------------------------------------------------

  function makeField({ name, label, kind, rows: high }) {
    const key = `${id}-${name}`, field = { name, label, kind, marks: [] };
    const caption = make("label", { for: key }, label);
    field.list = make("ul", { class: "found", id: `${key}-found`, "aria-label": `Findings on ${label}` });
    const head = make("div", { class: "head" }, caption);
    if (kind === "choice") {
      field.input = make("select", { id: key }, make("option", { value: "" }, "no figure yet"),
        ...form.figures.map((one) => make("option", { value: one }, one)));
      field.box = field.input;
    } else if (kind === "line") {
      field.input = make("input", { id: key, type: "text", autocomplete: "off" });
      field.box = field.input;
    } else {
      field.input = make("textarea", { id: key, rows: high, spellcheck: "true" });
      field.back = make("div", { class: "back", "aria-hidden": "true" });
      field.box = make("div", { class: "box" }, field.back, field.input);
      field.back.style.minHeight = `calc(${high} * 1.45em + 14px)`;
      if (name !== "title") {
        const pick = make("button", { type: "button", class: "pick", "aria-label": `[ Insert a row id into ${label}`,
          "aria-haspopup": "dialog" }, "[ row id");
        pick.addEventListener("click", () => openPicker(field));
        head.append(pick);
        field.pick = pick;
      }
    }
    field.input.setAttribute("aria-describedby", field.list.id);
    if (kind !== "choice") field.input.maxLength = form.most_letters;
    field.input.addEventListener("input", (e) => {
      if (name === "title" && /\n/.test(field.input.value)) field.input.value = field.input.value.replace(/\n/g, " ");
      edited(field);
      if (field.pick && e.inputType?.startsWith("insert") && e.data === "[") openPicker(field);
    });
    field.input.addEventListener("keydown", (e) => {
      if (name === "title" && e.key === "Enter") e.preventDefault();
      if (closed() && e.key.length === 1 && !e.ctrlKey && !e.metaKey) {
        e.preventDefault(); // a space would turn the page
        say(noteWords.textContent);
      }
    });
    field.input.addEventListener("blur", flush);
    fields.set(name, field);
    return make("div", { class: `field ${kind} ${name}` }, head, field.box, field.list);
  }

  const value = (field) => field.input.value;

  function edited(field) { // marks move with the text around them; those inside the change go
    const before = field.text ?? "", now = value(field);
    if (before === now) return;
    let start = 0, tail = 0;
    const least = Math.min(before.length, now.length);
    while (start < least && before[start] === now[start]) start++;
    while (tail < least - start && before.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const end = before.length - tail, by = now.length - before.length;
    field.marks = field.marks.flatMap((mark) => (mark.end <= start ? [mark]
      : mark.start >= end ? [{ ...mark, start: mark.start + by, end: mark.end + by }] : []));
    field.text = now;
    drawMarks(field);
    unsent[field.name] = now;
    if (url) setText(saved, `Changed since it was saved as ${load.download}: save it again.`);
    typed = performance.now();
    since ||= typed;
    clearTimeout(sending);
    sending = setTimeout(flush, Math.max(0, Math.min(PAUSE, since + AT_LATEST - typed)));
  }

  function setValue(field, text) {
    if (value(field) !== text) field.input.value = text;
    field.text = value(field);
    field.marks = [];
    drawMarks(field);
  }

  function drawMarks(field) {
    if (!field.back) return field.input.classList.toggle("look", field.marks.length > 0);
    let at = 0;
    const text = field.text ?? "", parts = [];
    for (const { start, end } of [...field.marks].sort((a, b) => a.start - b.start)) {
      if (end <= at) continue;
      const from = Math.max(start, at);
      parts.push(text.slice(at, from), make("mark", {}, text.slice(from, end)));
      at = end;
    }
    field.back.replaceChildren(...parts, text.slice(at), "\u200b");
  }

  // What the checker finds --------------------------------------------------------------------

  // Python counts letters, the browser counts pairs of bytes: they differ after an emoji.
  const units = (text, place) => [...text].slice(0, place).join("").length;
  const inUnits = (field, one) => ({ ...one, start: units(value(field), one.start), end: units(value(field), one.end) });
  const looks = (field) => (reading?.found ?? []).filter((one) => one.field === field.name && one.result === "look")
    .map((one) => inUnits(field, one)).sort((a, b) => a.start - b.start);
  const quoted = (field, one) => (one.end > one.start ? value(field).slice(one.start, one.end) : one.where);

  function showFindings() {
    const fresh = new Set();
    for (const field of fields.values()) {
      const mine = looks(field);
      field.marks = mine.filter((one) => one.end <= value(field).length).map(({ start, end }) => ({ start, end }));
      drawMarks(field);
      const items = mine.map((one) => {
        const words = short(quoted(field, one)), said = `“${words}” ${one.what_to_do}`;
        fresh.add(said);
        return { said, words, one };
      });
      const key = JSON.stringify(items.map(({ said, one }) => [said, one.start]));
      if (field.list.dataset.key !== key) { // a list that stays the same keeps its focus
        const held = [...field.list.children].findIndex((item) => item.contains(document.activeElement));
        field.list.dataset.key = key;
        field.list.replaceChildren(...items.map(({ words, one }) => {
          const go = make("button", { type: "button" }, make("b", {}, `“${words}”`), ` ${one.what_to_do}`);
          go.addEventListener("click", () => select(field, one));
          return make("li", {}, go);
        }));
        if (held >= 0) (field.list.children[Math.min(held, items.length - 1)]?.firstChild ?? field.input).focus();
      }
      field.input.setAttribute("aria-invalid", mine.length > 0 && field.kind === "line");
      atCaret(field);
    }
    const same = JSON.stringify(reading.found);
    if (rules.dataset.key !== same) rules.replaceChildren(...form.rules.map((name) => {
      const amiss = reading.found.filter((one) => one.rule === name && one.result === "look");
      const placed = amiss.filter((one) => one.field), whole = amiss.filter((one) => !one.field);
      const item = make("li", { class: amiss.length ? "look" : "ok" },
        make("span", { class: "sign", "aria-hidden": "true" }, amiss.length ? "→" : "✓"),
        make("b", {}, name), amiss.length ? " look: " : " ok");
      item.append(whole.map((one) => `${one.where}. ${one.what_to_do}`).join(" "));
      if (placed.length) {
        const go = make("button", { type: "button" }, `${placed.length} underlined`);
        const field = fields.get(placed[0].field);
        go.addEventListener("click", () => select(field, inUnits(field, placed[0])));
        item.append(" ", go);
      }
      return item;
    }));
    rules.dataset.key = same;
    const first = told.size === 0 && typed === 0;
    const more = [...fresh].filter((one) => !told.has(one));
    told = fresh;
    if (!first && more.length) saySoon(more.slice(0, 2).join(" "));
  }

  function short(text) {
    const words = text.trim().split(/\s+/);
    return words.length > 9 ? `${words.slice(0, 8).join(" ")} …` : words.join(" ");
  }

  function select(field, one) {
    field.input.focus();
    if (field.kind !== "choice") field.input.setSelectionRange(one.start, one.end);
    atCaret(field);
  }

  function atCaret(field) { // the finding under the caret stands out in the list
    const here = document.activeElement === field.input && field.kind === "text" ? field.input.selectionStart : -1;
    const mine = here < 0 ? [] : looks(field);
    [...field.list.children].forEach((item, n) => {
      const { start, end } = mine[n] ?? {};
      item.classList.toggle("here", here >= start && here <= end && end > start);
    });
  }
  document.addEventListener("selectionchange", () => fields.forEach((field) => atCaret(field)), { signal });

  // Read aloud, politely: one thing at a time, once the typing rests ------------------------------

  let speaking = 0, unsaid = [];
  function say(text) { setText(live, ""); setText(live, text); }
  function saySoon(text) {
    if (text) unsaid = [...unsaid.slice(-2), text];
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      if (performance.now() - typed < 800) return saySoon();
      say(unsaid.join(" "));
      unsaid = [];
    }, 400);
  }

  // The sheet of paper ------------------------------------------------------------------------

  function drawPage() {
    sheet.innerHTML = measured.innerHTML = reading.page;
    for (const image of measured.querySelectorAll("img")) image.addEventListener("load", weigh);
    weigh();
  }

  function typeset(faces) { // in the letters that the saved page brings with it
    if ([...document.fonts].some((one) => one.family.replaceAll('"', "") === form.family)) return;
    for (const { data, weight } of faces) {
      const face = new FontFace(form.family, `url(data:font/woff;base64,${data})`, { weight });
      document.fonts.add(face);
      face.load().then(weigh, () => {});
    }
  }

  function weigh() {
    const flow = host.clientWidth < 380;
    root.classList.toggle("beside", root.clientWidth >= 840);
    scaled.classList.toggle("flow", flow);
    const was = share, pages = measured.getBoundingClientRect().height / (high * MM);
    share = pages;
    const over = pages > SPARE;
    const said = over ? Math.max(1.1, pages).toFixed(1) : Math.min(0.9, pages).toFixed(1);
    second.hidden = !over;
    const factor = flow ? 1 : Math.min(1, host.clientWidth / ((wide + 2 * side) * MM));
    scaled.style.transform = flow ? "" : `scale(${factor})`;
    host.style.height = flow ? "" : `${Math.ceil(scaled.offsetHeight * factor)}px`;
    bar.style.width = `${Math.min(1, pages) * 100}%`;
    gauge.classList.toggle("over", over);
    gauge.setAttribute("aria-valuenow", Math.min(1, pages).toFixed(2));
    const page = over ? `Too long: ${said} pages` : `${said} of one page`;
    gauge.setAttribute("aria-valuetext", page);
    if (reading) {
      const line = parseFloat(getComputedStyle(measured).lineHeight);
      const cut = over ? ` Cut about ${Math.ceil((pages - SPARE) * high * MM / line)} lines, a source or the figure.` : "";
      const words = `${reading.words} of ${form.most_words} words`;
      setText(sentence, `${reading.words ? page : "Nothing written yet"}, ${words}; ${reading.good} of ${form.rules.length} rules ok.${cut}`);
      if (over !== (was > SPARE) && was) saySoon(sentence.textContent);
    }
  }

  // Kept on disk, or said that it is not -----------------------------------------------------

  const asleep = () => el.classList.contains("jupyter-widgets-disconnected");
  const closed = () => asleep() || silent || !open;

  function post(message) { // false where there is no kernel to hear it: then it is said
    try {
      model.send({ ...message, view: id });
      return true;
    } catch { // the kernel was restarted or shut down
      silent = true;
      turned();
      return false;
    }
  }

  function flush() {
    clearTimeout(sending);
    since = 0;
    if (!Object.keys(unsent).length) return;
    if (asleep()) return turned();
    inFlight = { ...inFlight, ...unsent };
    unsent = {};
    if (!post({ parts: inFlight, n: ++sent })) return;
    if (!silent) setText(kept, "Being kept …");
    expect("Not kept yet: the kernel is busy.");
  }

  function expect(slow) {
    if (waiting.length) return; // the first that is not answered counts
    waiting = [setTimeout(() => { if (slow) { setText(kept, slow); say(slow); } }, SLOW),
               setTimeout(() => { silent = true; turned(); }, PATIENCE)];
  }

  function answered() {
    waiting.forEach(clearTimeout);
    waiting = [];
    silent = false;
  }

  function turned() { // awake or asleep: what cannot be kept is not taken in
    const shut = closed();
    const lost = shut && (inFlight || Object.keys(unsent).length);
    for (const { input, kind } of fields.values())
      if (kind === "choice") input.disabled = shut; else input.readOnly = shut;
    for (const button of [save, ...root.querySelectorAll(".pick")]) button.disabled = shut;
    if (shut && !picker.hidden) closePicker(false);
    const words = !asleep() && !silent ? "" : !open
      ? "The kernel does not answer. Run this cell: your page is in answers.json and comes back."
      : lost ? "Run this cell: the kernel does not answer, and your last words are not kept. Copy them first."
      : "Run this cell to write on: the kernel does not answer. What you see is kept in answers.json.";
    setText(noteWords, words);
    note.hidden = !words;
    if (shut && saved.textContent === SAVING) setText(saved, "Not saved.");
    copy.hidden = !open;
    if (words && lost) setText(kept, "Your last words are not kept.");
  }

  copy.addEventListener("click", async () => {
    const text = [...fields.values()].map((f) => `${f.label}\n${value(f)}`).join("\n\n");
    try { await navigator.clipboard.writeText(text); } catch {
      const area = root.appendChild(make("textarea", { class: "live" }));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    copy.focus();
    say("Copied.");
  });

  model.on("msg:custom", heard);

  function heard(message) {
    answered();
    if (message.kind === "kept" && message.view === id) {
      if (message.n === sent && !message.wrong) inFlight = null;
      failed = Boolean(message.wrong);
      const time = new Date().toTimeString().slice(0, 5);
      setText(kept, message.wrong || (Object.keys(unsent).length || inFlight ? kept.textContent : `Kept in answers.json, ${time}.`));
      if (message.wrong) say(message.wrong);
    } else if (message.kind === "read") {
      for (const field of fields.values()) { // what was typed elsewhere; never over what is typed here
        const mine = field.name in unsent || (inFlight && field.name in inFlight);
        if (!mine && value(field) !== message.parts[field.name]) setValue(field, message.parts[field.name] ?? "");
      }
      const current = [...fields.values()].every((field) => value(field) === (message.parts[field.name] ?? ""));
      const before = reading?.page;
      open = true;
      if (current || !reading) {
        reading = message;
        showFindings();
        if (reading.page !== before) drawPage(); else weigh();
      }
    } else if (message.kind === "faces") {
      typeset(message.faces);
    } else if (message.kind === "rows") {
      rows = message.rows.map(([row, table, line]) => ({ row, table, line, find: `${row} ${table} ${line}`.toLowerCase() }));
      listRows();
    } else if (message.kind === "saved" && message.view === id) {
      setText(saved, message.said);
      const done = Boolean(message.html);
      if (done) {
        if (url) URL.revokeObjectURL(url);
        url = URL.createObjectURL(new Blob([message.html], { type: "text/html" }));
        show.href = load.href = url;
        load.download = message.name;
        print.dataset.html = message.html;
      }
      for (const node of [show, print, load]) node.hidden = !url;
    }
    if (inFlight && !failed) expect("Not kept yet: the kernel is busy.");
    turned();
  }

  save.addEventListener("click", () => {
    flush();
    if (!post({ save: true })) return;
    expect("");
    setText(saved, SAVING);
  });
  print.addEventListener("click", () => {
    const frame = root.appendChild(make("iframe", { class: "print", title: "The page, for the printer", "aria-hidden": "true", tabindex: "-1" }));
    frame.srcdoc = print.dataset.html;
    frame.addEventListener("load", () => {
      frame.contentWindow.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
      frame.contentWindow.focus();
      frame.contentWindow.print();
    });
  });

  // Rows of the tables, picked ---------------------------------------------------------------------

  const query = make("input", { type: "text", id: `${id}-query`, role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list",
    "aria-controls": `${id}-rows`, autocomplete: "off", spellcheck: "false", placeholder: "such as Turkey 2020" });
  const list = make("ul", { role: "listbox", id: `${id}-rows`, "aria-label": "Rows" });
  const count = make("p", { class: "count", role: "status" });
  const picker = make("div", { class: "picker", role: "dialog", "aria-label": "Pick a row", hidden: "" },
    make("label", { for: query.id }, "Row: type an id or words"), query, count, list,
    make("p", { class: "hint" }, "Enter inserts, arrows move, Esc closes."));
  let into = null, caret = [0, 0], matches = [], active = 0;

  function openPicker(field) {
    if (closed()) return;
    into = field;
    caret = [field.input.selectionStart, field.input.selectionEnd];
    field.box.after(picker);
    picker.hidden = false;
    query.value = "";
    query.focus();
    if (rows) return listRows();
    setText(count, "The tables are being read.");
    if (post({ rows: true })) expect("");
  }

  function closePicker(back = true) {
    picker.hidden = true;
    if (back) {
      into.input.focus();
      into.input.setSelectionRange(...caret);
    }
  }

  function listRows() {
    if (!rows || picker.hidden) return;
    const asked = query.value.toLowerCase().trim(), words = asked.split(/[\s,]+/).filter(Boolean);
    const starts = [], others = [];
    for (const one of rows) {
      if (asked && one.row.toLowerCase().startsWith(asked)) starts.push(one);
      else if (words.every((word) => one.find.includes(word))) others.push(one);
    }
    const every = [...starts, ...others];
    matches = every.slice(0, MOST_ROWS);
    active = 0;
    list.replaceChildren(...matches.map((one, n) => {
      const item = make("li", { role: "option", id: `${id}-row-${n}` },
        make("b", {}, one.row), make("span", {}, ` ${one.line} `), make("i", {}, one.table));
      item.addEventListener("pointerdown", (e) => { e.preventDefault(); active = n; insert(one.row); });
      return item;
    }));
    const more = every.length > MOST_ROWS ? `, the first ${MOST_ROWS} are shown: add a word` : "";
    setText(count, every.length ? `${every.length} row${every.length > 1 ? "s" : ""}${more}.` : "No row has these words.");
    move(0);
  }

  function move(to) {
    active = Math.max(0, Math.min(to, matches.length - 1));
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === active));
    const item = list.children[active];
    if (item) query.setAttribute("aria-activedescendant", item.id); else query.removeAttribute("aria-activedescendant");
    if (item) list.scrollTop = Math.max(Math.min(list.scrollTop, item.offsetTop), item.offsetTop + item.offsetHeight - list.clientHeight);
  }

  function insert(row) { // into brackets that stand open, or into a pair of its own
    const text = value(into), before = text.slice(0, caret[0]), after = text.slice(caret[1]);
    const bracket = /\[[^\[\]\n]*$/.exec(before), shuts = /^[^\[\]\n]*\]/.test(after);
    const lead = bracket ? (/[\[;,–-]\s*$/.test(before) ? (/[;,]$/.test(before) ? " " : "") : "; ")
                         : `${/[^\s(“"]$/.test(before) ? " " : ""}[`;
    const put = `${lead}${row}${bracket && shuts ? "" : "]"}`;
    closePicker();
    into.input.setRangeText("", 0, 0, "preserve");
    if (!document.execCommand("insertText", false, put)) into.input.setRangeText(put, ...caret, "end");
    if (bracket && shuts) into.input.setSelectionRange(caret[0] + put.length, caret[0] + put.length);
    edited(into);
    say(`${row} inserted.`);
  }

  function asTyped(ending) { // whoever knows the id types on as in the text
    const row = query.value.trim();
    closePicker();
    document.execCommand("insertText", false, row + ending) || into.input.setRangeText(row + ending, ...caret, "end");
    edited(into);
  }

  query.addEventListener("input", () => {
    if (/\]$/.test(query.value)) { query.value = query.value.slice(0, -1); return asTyped("]"); }
    listRows();
  });
  query.addEventListener("keydown", (e) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (e.key in steps) { e.preventDefault(); move(active + steps[e.key]); }
    else if (e.key === "Enter") { e.preventDefault(); if (matches[active]) insert(matches[active].row); }
    else if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); closePicker(); }
  });
  picker.addEventListener("focusout", (e) => {
    if (e.relatedTarget && !picker.contains(e.relatedTarget)) closePicker(false);
  });

  // Around it -----------------------------------------------------------------------------------

  // JupyterLab hears no key pressed in here, but for the one that saves; see the end of stage.js.
  window.addEventListener("keydown", (e) => {
    const saves = (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s";
    if (root.contains(e.target))
      for (const node of [root, e.target]) node.toggleAttribute("data-lm-suppress-shortcuts", !saves);
  }, { capture: true, signal });
  document.addEventListener("visibilitychange", flush, { signal });
  window.addEventListener("pagehide", flush, { signal });
  const look = () => !closed() && post({ ask: true }); // what is new, and whether there is a kernel
  window.addEventListener("focus", look, { signal });
  root.addEventListener("focusin", (e) => root.contains(e.relatedTarget) || look());
  const watcher = new MutationObserver(turned);
  watcher.observe(el, { attributes: true, attributeFilter: ["class"] });
  const sized = new ResizeObserver(weigh);
  sized.observe(root);
  document.fonts?.ready.then(weigh);

  turned();
  if (asleep()) setText(sentence, "Your page is not open.");
  else if (post({ ask: true, faces: true })) expect("");
  return () => {
    flush();
    gone.abort();
    watcher.disconnect();
    sized.disconnect();
    clearTimeout(speaking);
    waiting.forEach(clearTimeout);
    model.off("msg:custom", heard);
    if (url) URL.revokeObjectURL(url);
  };
}

export default { render: ({ model, el }) => mount(el, model) };
