/** The report's own style sheet: the page's colours and line styles, light, dark and on paper. */

const LINES = [
  ["erm", "#666d72", "#899197", "5 3"],
  ["reweight", "#2b5ba8", "#5598f2", "1.5 3"],
  ["kl_dro", "#8a5a14", "#d8942a", "9 3 2 3"],
  ["dora_inside", "#8f135c", "#ffb0d6", "none"],
  ["other", "#5f686d", "#949da1", "12 4"],
  ["there", "#5f686d", "#949da1", "3 3"],
  ["here", "#14181b", "#f1f3f3", "none"],
] as const;

/** Strategies with a line style of their own; others are grey and told by their label. */
export function lookOf(strategy: string): string {
  return LINES.some(([id]) => id === strategy) ? `l-${strategy}` : "l-other";
}

export const STYLE = `
:root{color-scheme:light dark;--paper:#fafaf8;--plate:#fff;--rule:#dcdfdb;--strong:#80878a;--ink:#14181b;--ink2:#4a5257;--ink3:#5f686d;--bad:#b3261e;--warn:#7a5200;--good:#1f6b3a;${LINES.map(([id, light]) => `--${id}:${light};`).join("")}}
@media (prefers-color-scheme:dark){:root{--paper:#111416;--plate:#161a1c;--rule:#2a3034;--strong:#707a7f;--ink:#f1f3f3;--ink2:#b7bfc3;--ink3:#949da1;--bad:#ff8f80;--warn:#f0b95a;--good:#7fd39b;${LINES.map(([id, , dark]) => `--${id}:${dark};`).join("")}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:40px 24px 64px;max-width:1000px;background:var(--paper);color:var(--ink);font:400 14px/20px "Helvetica Neue","Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1{font:400 30px/36px Charter,"Bitstream Charter","Iowan Old Style",Georgia,"Liberation Serif",serif;margin:0 0 6px}
h2{font-size:17px;line-height:23px;margin:32px 0 8px;padding-top:14px;border-top:1px solid var(--rule)}
h3{font-size:14px;margin:18px 0 4px}
p{margin:0 0 8px;max-width:72ch}
.dim,figcaption span,th{color:var(--ink3);font-weight:400}
table{border-collapse:collapse;width:100%;margin:4px 0 12px}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);vertical-align:baseline;overflow-wrap:break-word}
thead th{border-bottom-color:var(--strong);font-size:12px}
tbody th{color:var(--ink2)}
.num{text-align:right}
.wide{overflow-x:auto}
figure{margin:0;break-inside:avoid}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(400px,100%),1fr));gap:24px}
svg{display:block;width:100%;max-width:460px;height:auto;overflow:visible}
svg text{font-size:11px;fill:var(--ink3)}
.grid{stroke:var(--rule);fill:none}.axis{stroke:var(--strong);fill:none}.mark{stroke:var(--bad);stroke-dasharray:2 3;fill:none}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}svg .end{font-size:12px;font-weight:600}
${LINES.map(([id, , , dash]) => `.line.l-${id}{stroke:var(--${id});stroke-dasharray:${dash}}svg .end.l-${id}{fill:var(--${id})}`).join("\n")}
code,pre{font:12px/18px ui-monospace,Menlo,"Liberation Mono",monospace}
pre{background:var(--plate);border:1px solid var(--rule);padding:10px 12px;overflow-x:auto;white-space:pre-wrap}
a{color:inherit;text-underline-offset:3px}
.badge{display:inline-block;border:1px solid var(--strong);border-radius:12px;padding:1px 10px;font-weight:600}
.warns li{border-left:3px solid var(--warn);padding-left:10px;margin:6px 0;list-style:none}.warns{padding:0}
.sample{border-left:3px solid var(--rule);padding-left:12px;margin:10px 0;white-space:pre-wrap;font-family:Charter,Georgia,"Liberation Serif",serif;font-size:15px}
summary{cursor:pointer}
@media print{:root{--paper:#fff;color-scheme:light}@page{margin:14mm}body{max-width:none;padding:0;font-size:12px;line-height:17px}.figures{grid-template-columns:repeat(2,1fr);gap:12px 24px}h2{break-after:avoid}a::after{content:""}details{display:none}table,pre{break-inside:avoid}}
`.trim();
