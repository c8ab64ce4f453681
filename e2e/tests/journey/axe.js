// axe-core's judgement of the page as it stands: sentences, one for each rule that is broken, with the first place.
const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
window.axe
  .run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
  .then(({ violations }) => done(violations.map(it => `${it.id} at ${it.nodes.length} places: ${it.nodes[0].html.slice(0, 200)} ${it.nodes[0].failureSummary ?? ''}`)))
  .catch(error => done([`could not judge: ${error}`]));
