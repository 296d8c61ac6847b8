/** Paints what was searched for, over whatever else is marked, without touching the text. Browsers that cannot do without. */

const NAME = "found";
/** Places painted at most. */
const MOST = 400;

/** @param roots elements whose text is looked through */
export function paintFound(roots: Iterable<Element>, search: string): void {
  if (!("highlights" in CSS)) return;
  const wanted = search.trim().toLowerCase();
  if (wanted === "") {
    CSS.highlights.delete(NAME);
    return;
  }
  const found = new Highlight();
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.size < MOST; node = walker.nextNode()) {
      const text = node.nodeValue!.toLowerCase();
      // A letter that changes its length in lower case would shift every place after it.
      if (text.length !== node.nodeValue!.length) continue;
      for (
        let at = text.indexOf(wanted);
        at >= 0 && found.size < MOST;
        at = text.indexOf(wanted, at + wanted.length)
      ) {
        const range = new StaticRange({
          startContainer: node,
          startOffset: at,
          endContainer: node,
          endOffset: at + wanted.length,
        });
        found.add(range);
      }
    }
  }
  CSS.highlights.set(NAME, found);
}
