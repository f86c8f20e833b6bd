"use strict";
// Keys of the worklist: j and k move between cases, Enter opens (a link does by itself), / searches, n receives.
// Whoever speaks to the computer can turn them off; that is kept in this browser.
{
  const list = document.getElementById("work");
  const search = document.getElementById("q");
  const toggle = document.getElementById("keys");
  if (search && toggle) {
    const kept = () => localStorage.getItem("keys") !== "off";
    const tell = () => {
      toggle.setAttribute("aria-pressed", String(kept()));
      toggle.textContent = kept() ? toggle.dataset.on : toggle.dataset.off;
    };
    toggle.addEventListener("click", () => {
      localStorage.setItem("keys", kept() ? "off" : "on");
      tell();
    });
    tell();
    const move = (step) => {
      const links = list ? [...list.querySelectorAll("tbody tr")].map((row) => row.querySelector(".step a") ?? row.querySelector(".number a")) : [];
      const row = document.activeElement.closest("tbody tr");
      const at = links.findIndex((link) => row && row.contains(link));
      const next = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
      if (next) next.focus();
    };
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, select, textarea");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !kept()) return;
      const link = document.querySelector('[data-key="n"]');
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "/") search.focus();
      else if (event.key === "n" && link) link.click();
      else return;
      event.preventDefault();
    });
  }
}
