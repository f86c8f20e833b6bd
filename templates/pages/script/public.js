"use strict";
// Lists that narrow while one types, the count of similar complaints, printing.
{
  const filter = (input) => {
    const lines = [...document.getElementById(input.dataset.filters).children];
    const wanted = input.value.trim().toLowerCase();
    for (const line of lines) line.hidden = !line.textContent.toLowerCase().includes(wanted);
    const none = document.getElementById(`${input.dataset.filters}-none`);
    none.hidden = lines.some((line) => !line.hidden);
  };
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.filters && document.getElementById(event.target.dataset.filters)) filter(event.target);
  });
  const look = async (form) => {
    const asked = new URLSearchParams();
    for (const name of ["procedure", "category", "place"]) asked.set(name, form.elements[name]?.value ?? "");
    if (!asked.get("place").trim()) return;
    const answer = await fetch("/file/similar", { method: "POST", body: asked });
    if (answer.ok) {
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("likeness").replaceChildren(...told.body.childNodes);
    }
  };
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id === "filing" && ["category", "place"].includes(event.target.name)) look(form).catch(() => {});
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-prints]")) print();
  });
}
