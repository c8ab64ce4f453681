// The controls that the keyboard did not reach.
return [...document.querySelectorAll('[data-kiban-stop]')].map(it => `the keyboard does not reach: ${it.outerHTML.slice(0, 160)}`);
