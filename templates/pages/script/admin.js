{
  // A slider tells its value beside it, and shows what comes of it as soon as it is let go.
  for (const slider of document.querySelectorAll("input[data-shown-in]")) {
    const shown = document.getElementById(slider.dataset.shownIn);
    slider.addEventListener("input", () => { shown.textContent = slider.value; });
    slider.addEventListener("change", () => { if (slider.form.reportValidity()) slider.form.requestSubmit(); });
  }
}
