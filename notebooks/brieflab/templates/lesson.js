// A living page: votes and guesses stay on this device; scroll regions and cards can be reached.

const OURS = `${MODULE}:`;
const kept = {
  get(name) { try { return localStorage.getItem(OURS + name); } catch { return null; } },
  set(name, value) {
    try { value ? localStorage.setItem(OURS + name, value) : localStorage.removeItem(OURS + name); return true; }
    catch { return false; }
  },
};

const shows = []; // each shows what is kept, now and when another tab changes it

for (const input of document.querySelectorAll("[data-guess]")) {
  const name = `guess:${document.title}:${input.dataset.guess}`, note = input.parentElement.querySelector("[role=status]");
  const tell = () => {
    for (const said of document.querySelectorAll(`[data-said="${input.dataset.guess}"]`))
      said.textContent = input.value.trim() ? `You guessed: ${input.value.trim()}` : "";
  };
  shows.push(() => { input.value = kept.get(name) ?? ""; tell(); });
  input.disabled = false;
  input.addEventListener("input", () => {
    note.textContent = kept.set(name, input.value.trim()) ? "" : "This browser keeps nothing.";
    tell();
  });
}

for (const vote of document.querySelectorAll(".bl-vote")) {
  const { name } = vote.dataset, said = vote.querySelector("[role=status]");
  const tell = (chosen, stored = true) => {
    const before = name.endsWith(" after") && kept.get(`vote:${name.replace(/ after$/, " before")}`);
    const first = before ? `Before: ${before}. ` : "";
    said.textContent = first + (!chosen ? "No vote yet. There is no wrong answer here."
      : stored ? `Your vote: ${chosen}.` : `Your vote: ${chosen}. This browser keeps nothing.`);
  };
  const inputs = vote.querySelectorAll("input");
  for (const input of inputs) {
    input.disabled = false;
    input.addEventListener("change", () => tell(input.value, kept.set(`vote:${name}`, input.value)));
  }
  shows.push(() => {
    inputs.forEach((input) => { input.checked = kept.get(`vote:${name}`) === input.value; });
    tell(kept.get(`vote:${name}`));
  });
}

shows.forEach((show) => show());
window.addEventListener("storage", () => shows.forEach((show) => show()));
document.getElementById("keeps").hidden = false;
document.getElementById("forget").addEventListener("click", () => {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith(OURS)) localStorage.removeItem(key); } catch {}
  shows.forEach((show) => show());
  document.getElementById("forgotten").textContent = "Forgotten.";
});

// What scrolls sideways can be reached and named; what fits is no stop for Tab.
const results = [...document.querySelectorAll(".result > div")];
const sized = new ResizeObserver((seen) => seen.forEach(({ target }) => {
  const wide = target.scrollWidth > target.clientWidth + 1;
  for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", `Result ${results.indexOf(target) + 1}, scrolls sideways`]])
    wide ? target.setAttribute(name, value) : target.removeAttribute(name);
}));
results.forEach((box) => sized.observe(box));

// A card opens beside the words that were chosen; without this script it opens in the middle.
let opener = null;
document.addEventListener("click", (event) => { opener = event.target.closest(".opens") ?? opener; });
for (const card of document.querySelectorAll("[popover]"))
  card.addEventListener("toggle", (event) => {
    if (event.newState !== "open" || !opener) return;
    const at = opener.getBoundingClientRect(), room = document.documentElement;
    const below = at.bottom + 6 + card.offsetHeight <= room.clientHeight;
    card.style.margin = "0";
    card.style.left = `${Math.max(8, Math.min(at.left, room.clientWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - card.offsetHeight)}px`;
    card.querySelector(".close").focus();
  });
