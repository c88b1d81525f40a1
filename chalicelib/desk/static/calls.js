// The call list: shows every 20 seconds what others have noted, and claims a call when its number is opened.
const EVERY = 20 * 1000; // milliseconds
const table = document.querySelector("table.calls");

const put = (found) => {
  const row = document.getElementById(`r-${found.dataset.row}`);
  const cell = row?.querySelector(".outcome");
  if (!cell || cell.dataset.stamp === found.dataset.stamp) return;
  const note = cell.querySelector("input[name=note]");
  const done = found.dataset.done === "yes";
  if (cell.contains(document.activeElement) || note?.value) { // somebody types: only say what others have noted
    cell.querySelector(".told").replaceChildren(...found.querySelector(".told").childNodes);
    if (!done) for (const field of cell.querySelectorAll("input[name=version]")) field.value = found.dataset.version;
  } else {
    cell.replaceChildren(...found.childNodes);
  }
  cell.dataset.stamp = found.dataset.stamp;
  row.classList.toggle("done", done);
};

const refresh = async () => {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(table.dataset.state, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  const state = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-summary]");
  if (!state) return;
  for (const found of state.querySelectorAll("[data-row]")) put(found);
  document.getElementById("summary").textContent = state.dataset.summary;
  document.getElementById("changed").hidden = state.dataset.changed !== "yes";
};

if (table) {
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
  table.addEventListener("click", async (event) => {
    const form = event.target.closest("a.tel")?.closest("tr").querySelector("form.note");
    if (!form) return;
    const claim = new URLSearchParams(new FormData(form));
    claim.set("outcome", "calling");
    claim.delete("note");
    await fetch(form.action, { method: "POST", body: claim, redirect: "manual", keepalive: true }).catch(() => null);
    refresh();
  });
}
