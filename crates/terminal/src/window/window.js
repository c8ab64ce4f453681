// Shows the page anew when something has changed. While something is being typed, only another question counts as a change.
(() => {
  const watched = document.body.dataset;
  const look = async () => {
    try {
      const answer = await fetch("state", { cache: "no-store" });
      const [step, version] = (await answer.text()).trim().split(".");
      const changed = watched.typing ? step !== watched.step : version !== watched.version;
      if (answer.ok && changed) location.replace("./");
    } catch {
      document.title = "端末プログラムが動いていません";
      const gone = document.getElementById("gone");
      if (gone) gone.hidden = false;
    }
  };
  setInterval(look, 1000);
})();
