/** The list of lessons. */
import { html } from "lit";
import { LESSONS, stepAddress } from "../../lessons/index.ts";
import type { Lesson } from "../../lessons/lesson.ts";
import { TiltElement } from "../element.ts";
import { answered } from "../lessons/answers.ts";
import { addSheet } from "../sheet.ts";
import sheet from "../style/lessons.css?url";

await addSheet(sheet);

class TiltLessons extends TiltElement {
  override render() {
    return html`<main class="page lessons" id="stage" tabindex="-1">
      <div class="lessons-head">
        <h1>Lessons: guess, then see it measured</h1>
        <p class="say">Each page of words stands beside a live playground. A question comes first; the answer is computed in
          this tab, with seeds and intervals, while you watch. Some answers are not what papers promise.</p>
      </div>
      <ol class="lesson-list">${LESSONS.map((lesson, i) => this.#row(lesson, i))}</ol>
      <div class="lessons-foot">
        <p class="small dim">Measured in two small worlds, chosen so that the effects show: they prove that something can happen, not that it
          always does. <a href="#/guide">The guide</a> has every word, chart and setting.</p>
        <p class="small dim">Teaching? <a href="#/embed">Put a playground on your own page</a>.</p>
      </div>
    </main>`;
  }

  #row(lesson: Lesson, i: number) {
    const keys = lesson.steps.flatMap((step) => (step.question ? [`${lesson.id}/${step.id}`] : []));
    const done = answered(keys);
    return html`<li>
      <span class="no" aria-hidden="true">${i + 1}</span>
      <div>
        <h2><a class="lesson-go" href="#lesson=${lesson.id}">${lesson.title}</a></h2>
        <p>${lesson.summary}</p>
        <p class="small dim step-links">${lesson.steps.map((step) => html`<a href=${stepAddress(lesson, step)}>${step.title}</a>`)}</p>
      </div>
      <p class="small dim done">${done > 0 ? html`<b class="answered">${done}</b> of ${keys.length} answered` : `${keys.length} ${keys.length === 1 ? "question" : "questions"}`}</p>
    </li>`;
  }
}

customElements.define("tilt-lessons", TiltLessons);
declare global {
  interface HTMLElementTagNameMap {
    "tilt-lessons": TiltLessons;
  }
}
