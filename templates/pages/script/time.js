"use strict";
// Relative times ("in 3 h 20 min") stay true while a page is open: <time data-due="epoch seconds"> carries a child
// with class "relative", written by the server and refreshed here. Without script the server's words stand.
document.documentElement.classList.add("scripted");
{
  const words = (seconds, language) => {
    const far = Math.abs(seconds);
    const [size, unit] = far < 3600 ? [60, "minute"] : far < 86400 ? [3600, "hour"] : [86400, "day"];
    const many = Math.trunc(seconds / size);
    if (seconds >= 0) return new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" }).format(many, unit);
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(-many);
  };
  const refresh = () => {
    const now = Date.now() / 1000;
    for (const time of document.querySelectorAll("time[data-due]")) {
      const told = time.querySelector(".relative");
      if (!told) continue;
      const left = Number(time.dataset.due) - now, written = words(left, document.documentElement.lang);
      told.textContent = left < 0 ? time.dataset.late.replace("%(span)s", written) : written;
    }
  };
  refresh();
  setInterval(refresh, 30000);
}
