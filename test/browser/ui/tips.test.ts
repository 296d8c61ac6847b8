/** Titles as tooltips: for those who point, those who tab and those who touch. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import "../../../src/ui/style/main.css";
import { tips } from "../../../src/ui/tips.ts";

const stage = document.createElement("div");
let end: () => void;
const button = (name: string) => stage.querySelector<HTMLElement>(`#${name}`)!;
/** What the open tooltip says; null while none is open. */
const told = (): string | null => document.querySelector(".tip:popover-open")?.textContent ?? null;
const touch = (on: Element) =>
  on.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true, pointerType: "touch" }));

beforeEach(() => {
  // Markup without data: the elements that a tooltip may meet.
  for (const id of ["before", "first", "second"]) {
    const one = document.createElement("button");
    one.id = id;
    one.textContent = id;
    if (id !== "before") one.title = `${id} words`;
    stage.append(one);
  }
  document.body.append(stage);
  end = tips();
});
afterEach(() => {
  end();
  stage.replaceChildren();
  stage.remove();
});

test("a mouse that rests opens one, leaving closes it and gives the title back", async () => {
  await userEvent.hover(button("first"));
  await expect.poll(told).toBe("first words");
  expect(button("first").title).toBe("");
  expect(button("first").getAttribute("aria-describedby")).toBe("tip");
  const tip = document.querySelector(".tip")!.getBoundingClientRect();
  expect(tip.top).toBeGreaterThanOrEqual(button("first").getBoundingClientRect().bottom);
  await userEvent.hover(button("before"));
  await expect.poll(told).toBeNull();
  expect(button("first").title).toBe("first words");
  expect(button("first").hasAttribute("aria-describedby")).toBe(false);
});

test("focus by keyboard opens one at once; Escape closes it and leaves the focus where it is", async () => {
  button("before").focus();
  await userEvent.keyboard("{Tab}");
  expect(told()).toBe("first words");
  await userEvent.keyboard("{Tab}");
  expect(told()).toBe("second words");
  expect(button("first").title).toBe("first words");
  await userEvent.keyboard("{Escape}");
  expect(told()).toBeNull();
  expect(document.activeElement).toBe(button("second"));
  expect(button("second").title).toBe("second words");
});

test("a finger opens one; touching elsewhere closes it; after its end nothing opens", async () => {
  touch(button("first"));
  expect(told()).toBe("first words");
  touch(button("second"));
  expect(told()).toBe("second words");
  touch(document.body);
  expect(told()).toBeNull();
  end();
  touch(button("first"));
  expect(document.querySelector(".tip")).toBeNull();
});
