"use strict";
// After an action, and after a form that was not taken, what is said comes first for those who don't see the page.
{
  const said = document.querySelector("#faults, #said");
  if (said) said.focus();
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
