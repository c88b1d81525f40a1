// Makes pages quicker; each of them works without it.
const QUIET = 3 * 60 * 1000; // milliseconds without input, after which names become initials
let quiet;
const wait = () => {
  clearTimeout(quiet);
  quiet = setTimeout(() => document.documentElement.classList.add("private"), QUIET);
};
if (document.querySelector(".privacy")) {
  for (const event of ["pointerdown", "pointermove", "keydown", "scroll"]) addEventListener(event, wait, { passive: true });
  wait();
}

// After a change, go to what has changed.
const changed = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (changed) {
  if (!changed.hasAttribute("tabindex")) changed.tabIndex = -1;
  changed.focus();
}

// A form is sent once.
addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The menu of the person closes as soon as one goes elsewhere: it must cover nothing.
const own = document.querySelector(".own");
for (const event of own ? ["focusin", "pointerdown"] : []) {
  addEventListener(event, (to) => { if (!own.contains(to.target)) own.open = false; });
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
