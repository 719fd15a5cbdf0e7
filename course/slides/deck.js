// Make what a slide shows smaller until it fits: a projector has no scroll bar.
function fit(section) {
  const body = section.querySelector(".body");
  if (!body || !body.clientHeight) return;
  const tooMuch = () =>
    body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
  for (let size = 95; tooMuch() && size >= 40; size -= 5) body.style.zoom = size / 100;
}
Reveal.on("ready", (event) => fit(event.currentSlide));
Reveal.on("slidechanged", (event) => fit(event.currentSlide));
Reveal.on("pdf-ready", () => document.querySelectorAll(".slides section").forEach(fit));
