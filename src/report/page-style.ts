/** How the page of a dry-run looks, in light and dark, from a telephone's width on. */
export const STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--page:#fff;--panel:#f6f8fa;--edge:#d0d7de;--line:#0550ae;--band:#b6d4fb;--other:#9a4a00;--mark:#8c6d1f;--gap:#57606a;--note:#fff8e5;--noteedge:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b3;--page:#0d1117;--panel:#161b22;--edge:#30363d;--line:#79b8ff;--band:#23456e;--other:#f0a35e;--mark:#d4b45a;--gap:#9da7b3;--note:#2a2410;--noteedge:#d4a72c}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:90rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.25rem 0}
.note{background:var(--note);border-left:.3rem solid var(--noteedge);padding:.6rem .8rem;margin:1rem 0}
.soft,figcaption{color:var(--soft)}figcaption b{color:var(--ink)}
figure{margin:.6rem 0}
svg{display:block;width:100%;background:var(--panel);border:1px solid var(--edge)}
svg.tall{height:5rem}svg.flat{height:1rem}
svg *{vector-effect:non-scaling-stroke}
.line,.other{fill:none;stroke:var(--line);stroke-width:2}.other{stroke:var(--other);stroke-dasharray:6 4}
.band{fill:var(--band);stroke:none}.active{fill:var(--line)}.blind{fill:var(--gap)}
.mark{stroke:var(--mark);stroke-width:1;stroke-dasharray:2 3}.gap{stroke:var(--gap);stroke-width:3}.gap,.mark{fill:none}
.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.85rem}
.key span{display:inline-block;margin-right:1.2rem}.key i{display:inline-block;width:1.2rem;height:.7rem;margin-right:.4rem;border:1px solid var(--edge)}
.key .k-active{background:var(--line)}.key .k-blind{background:var(--gap)}.key .k-other{border:0;border-top:2px dashed var(--other);height:0;vertical-align:middle}.key .k-mark{border:0;border-left:2px dashed var(--mark);width:.4rem}
.scroll{overflow-x:auto;border:1px solid var(--edge)}
.scroll:focus-visible,summary:focus-visible{outline:3px solid var(--line);outline-offset:2px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--edge)}
td,th{overflow-wrap:normal}th{white-space:nowrap}th.n,td.n{text-align:right}td.n,td.s{white-space:nowrap;font-variant-numeric:tabular-nums}
code{font-family:ui-monospace,monospace;font-size:.9em}
@media print{svg{break-inside:avoid}}`;
