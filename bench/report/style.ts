/** How the page looks, in light and dark, on a desk and on a phone. Nothing is fetched: letters are those of the system. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f5f6f8; --line: #d5d9e0; --text: #1b1f27; --soft: #515a69;
  --ours: #0a63c9; --peer: #8b94a3; --floor: #c3c9d3; --track: #eceff3; --link: #0a55ad;
  --good: #176b3a; --good-ground: #e8f5ec; --bad: #a3241c; --bad-ground: #fdecea; --careful: #7a4d00; --careful-ground: #fdf3dd;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1d2128; --line: #3a414d; --text: #e8ebf0; --soft: #adb6c4;
    --ours: #5aa5ff; --peer: #7e8897; --floor: #4d5664; --track: #262b33; --link: #8abfff;
    --good: #7fd6a0; --good-ground: #16281d; --bad: #ff9d94; --bad-ground: #331a18; --careful: #f0c674; --careful-ground: #2e2512;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
ul { margin: .5rem 0; padding-left: 1.25rem; max-width: 46rem; }
li { margin: .3rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
code { font: .9em ui-monospace, monospace; background: var(--raised); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
nav ul { list-style: none; padding: 0; margin: 1rem 0; display: flex; flex-wrap: wrap; gap: .35rem 1rem; max-width: none; }
nav li { margin: 0; }
nav a { display: inline-block; padding: .3rem 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem; margin: 1rem 0; align-items: start; }
.box { border: 1px solid var(--line); border-left: 5px solid var(--soft); border-radius: 8px; padding: .75rem 1rem; margin: 1rem 0; background: var(--raised); }
.columns .box { margin: 0; }
.box p, .box ul { max-width: none; }
.box .title { font-size: 1.05rem; font-weight: 700; margin: 0 0 .25rem; }
.good { border-left-color: var(--good); background: var(--good-ground); }
.bad { border-left-color: var(--bad); background: var(--bad-ground); }
.careful { border-left-color: var(--careful); background: var(--careful-ground); }
.good > .title, td.good { color: var(--good); }
.bad > .title, td.bad { color: var(--bad); }
.careful > .title { color: var(--careful); }
td.good, td.bad { background: none; font-weight: 600; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1.25rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
figure { margin: 1.5rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: 8px; }
figure caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
figcaption p { color: var(--soft); margin: 0 0 .75rem; }
svg { display: block; overflow: visible; margin: .5rem 0; font-size: 14px; }
svg text { fill: var(--text); }
svg text.ours { font-weight: 700; }
svg .track { fill: var(--track); }
svg .bar.ours { fill: var(--ours); }
svg .bar.peer { fill: var(--peer); }
svg .bar.floor { fill: var(--floor); }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid var(--ours); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
details { margin: 1rem 0; }
summary { cursor: pointer; padding: .4rem 0; color: var(--link); }
@media (max-width: 34rem) {
  h1 { font-size: 1.6rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  figure { padding: .75rem; }
  figure thead { display: none; }
  figure td { display: block; border: 0; padding: 0; }
  figure tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  figure tbody, figure table { display: block; }
}
@media print { details > * { display: block; } }
`;
