"use strict";
// After an action, and after a form that was not taken, what is said comes first for those who don't see the page.
{
  const said = document.querySelector("#faults, #said");
  if (said) said.focus();
  // What is written in place of a choice is asked for only once that was chosen.
  for (const other of document.querySelectorAll(".another")) {
    const list = other.parentElement.querySelector("select");
    const show = () => { other.hidden = list.value !== "+"; };
    list.addEventListener("change", show);
    show();
  }
  // One menu open at a time, and Escape closes it, back where it was opened.
  const menu = document.querySelector("details.more");
  if (menu) {
    menu.addEventListener("keydown", (pressed) => {
      if (pressed.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", (clicked) => {
      if (menu.open && !menu.contains(clicked.target)) menu.open = false;
    });
  }
}
