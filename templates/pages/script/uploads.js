"use strict";
// Forms with files: what was chosen is listed, sending shows its progress, and a refusal keeps the chosen files.
{
  const limit = 10_000_000;
  const written = (size) => (size >= 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1e3))} kB`);
  const inputs = (form) => [...form.querySelectorAll("input[type=file]")];
  const list = (form) => {
    const box = form.querySelector(".choose");
    const lines = inputs(form).flatMap((input) => [...input.files]).map((file) => {
      const line = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      line.append(name, ` · ${written(file.size)}`);
      if (file.size > limit) {
        const fault = document.createElement("strong");
        fault.className = "late";
        fault.textContent = ` ! ${box.dataset.large}`;
        line.append(fault);
      }
      return line;
    });
    box.querySelector(".chosen").replaceChildren(...lines);
  };
  const settle = (form, sending) => {
    form.querySelector(".sending").hidden = !sending;
    for (const button of form.querySelectorAll("button")) button.disabled = sending;
  };
  const failed = (form) => {
    settle(form, false);
    const box = form.querySelector(".choose");
    const told = box.querySelector(".field-error") || box.appendChild(document.createElement("p"));
    told.className = "field-error";
    told.setAttribute("role", "alert");
    told.textContent = box.dataset.failed;
  };
  const refused = (form, page) => {
    // The page as the server wrote it, with the file fields as they are: what was chosen need not be chosen again.
    const kept = inputs(form);
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const main = document.querySelector("main");
    main.replaceChildren(...document.adoptNode(fresh.querySelector("main")).childNodes);
    document.title = fresh.title;
    const again = [...main.querySelectorAll("form.uploads")].find((one) => one.querySelector(".choose"));
    if (again) {
      for (const input of kept) {
        const place = again.querySelector(`#${input.id}`);
        for (const name of ["aria-invalid", "aria-describedby"]) {
          if (place?.hasAttribute(name)) input.setAttribute(name, place.getAttribute(name));
          else input.removeAttribute(name);
        }
        place?.replaceWith(input);
      }
      list(again);
    }
    document.getElementById("faults")?.focus();
    scrollTo(0, 0);
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form.uploads");
    if (form && event.target.type === "file") list(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter?.name === "look" || !form.matches("form.uploads")) return;
    if (!inputs(form).some((input) => input.files.length)) return;
    event.preventDefault();
    const sending = new XMLHttpRequest();
    const bar = form.querySelector("progress");
    sending.upload.addEventListener("progress", (told) => { bar.value = told.total ? (100 * told.loaded) / told.total : 0; });
    sending.addEventListener("error", () => failed(form));
    sending.addEventListener("load", () => {
      if (sending.status < 400) location.assign(sending.responseURL);
      else if (sending.responseText.includes("<main")) refused(form, sending.responseText);
      else failed(form);
    });
    // Not form.action: a field of that name would stand before it.
    sending.open("POST", form.getAttribute("action"));
    sending.setRequestHeader("Accept", "text/html");
    sending.send(new FormData(form));
    settle(form, true);
  });
}
