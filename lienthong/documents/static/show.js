/* Counts a shown code down and fetches a fresh one when its minute is over. Without it the page names the moment. */
(() => {
  "use strict";
  const clock = document.querySelector("[data-seconds]");
  const end = Date.now() + clock.dataset.seconds * 1000;
  const renew = () => document.visibilityState === "visible" && location.reload();
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `00:${String(left).padStart(2, "0")}`;
    if (left > 0) return;
    clearInterval(beat);
    document.addEventListener("visibilitychange", renew);
    renew();
  };
  const beat = setInterval(tick, 1000);
  tick();
})();
