/** Pieces of formulas, as MathML. Symbols are italic by themselves; numbers are those of the page. */
import { mathml, type TemplateResult } from "lit";

export type Piece = TemplateResult<3>;

/** A symbol, upright where it is a word. */
export const sym = (name: string): Piece =>
  name.length > 1 ? mathml`<mi mathvariant="normal">${name}</mi>` : mathml`<mi>${name}</mi>`;
export const num = (text: string): Piece => mathml`<mn>${text}</mn>`;
export const op = (sign: string): Piece => mathml`<mo>${sign}</mo>`;
export const sub = (name: string, index: string): Piece =>
  mathml`<msub><mi>${name}</mi>${/^\d+$/.test(index) ? num(index) : sym(index)}</msub>`;
export const row = (...pieces: readonly Piece[]): Piece => mathml`<mrow>${pieces}</mrow>`;
export const over = (top: Piece, bottom: Piece): Piece => mathml`<mfrac>${top}${bottom}</mfrac>`;
export const power = (base: Piece, exponent: Piece): Piece => mathml`<msup>${base}${exponent}</msup>`;
export const sum = (index: string, ...of: readonly Piece[]): Piece =>
  mathml`<mrow><munder><mo>∑</mo><mi>${index}</mi></munder>${of}</mrow>`;
/** f(…) */
export const call = (name: string, of: Piece): Piece =>
  mathml`<mrow><mi>${name}</mi><mo>(</mo>${of}<mo>)</mo></mrow>`;
/** A little air, as between a function's name and what it is of. */
export const space = (): Piece => mathml`<mtext>\u2005</mtext>`;
