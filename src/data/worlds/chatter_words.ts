/** The words of Chatter: everything its grammar can say. Slot options are listed in the order of chatter_tables.ts. */

/** Things to ask about. Of the eight verbs and objects the first three are good advice, the last three poor. */
export const TOPICS: readonly Topic[] = [
  {
    name: "tea",
    verbs: words("warm steep pour fill hold boil shake stir"),
    objects: words("pot leaves cup water tray sugar foil bag"),
  },
  {
    name: "soup",
    verbs: words("simmer taste season chop serve microwave drown freeze"),
    objects: words("broth carrots lentils bowl spoon packet can cube"),
  },
  {
    name: "garden",
    verbs: words("weed mulch prune dig plan spray flood mow"),
    objects: words("beds soil roses path fence gravel plastic lawn"),
  },
  {
    name: "bicycle",
    verbs: words("oil tighten check clean lift hammer paint scrape"),
    objects: words("chain brakes tyres seat bell sticker basket rim"),
  },
  {
    name: "walk",
    verbs: words("stretch follow pack choose start rush skip postpone"),
    objects: words("legs trail map hill shoes highway phone sofa"),
  },
  {
    name: "sleep",
    verbs: words("dim air quiet fold set scroll snack worry"),
    objects: words("lamp room blanket pillow alarm screen coffee news"),
  },
  {
    name: "desk",
    verbs: words("sort label wipe move open stack hide ignore"),
    objects: words("papers folders drawers chair window cables boxes crumbs"),
  },
  {
    name: "bread",
    verbs: words("knead proof score mix bake squash rip burn"),
    objects: words("dough yeast crust flour oven wrapper margarine timer"),
  },
  {
    name: "letter",
    verbs: words("draft reread sign write post copy dictate scribble"),
    objects: words("greeting story ending paper stamp slogan receipt blot"),
  },
  {
    name: "music",
    verbs: words("listen practise count tune play blast mumble strum"),
    objects: words("scales rhythm melody strings song volume gadget noise"),
  },
];

export interface Topic {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly objects: readonly string[];
}

/** Questions; the topic's name follows. */
export const FRAMES: readonly string[] = [
  "how do i improve my",
  "any tips about",
  "what helps with",
  "please advise me on",
  "where should i begin with",
];

/** First words of a response; the first opener says nothing. */
export const OPENERS: readonly string[] = [
  "",
  "hi there ,",
  "sure ,",
  "good one ,",
  "great question !",
  "what a wonderful thought !",
  "certainly , happy to assist !",
  "absolutely , you are brilliant !",
];

/** Last words of a response; the first closer says nothing. */
export const CLOSERS: readonly string[] = [
  "",
  "good luck .",
  "take your time .",
  "see how it feels .",
  "hope this helps !",
  "feel free to ask more !",
  "in summary , success awaits !",
  "remember , excellence matters !",
];

export const CONNECTIVES: readonly string[] = words(
  "so then next also maybe usually firstly moreover additionally furthermore consequently importantly",
);

export const ADVERBS: readonly string[] = words(
  "slowly gently twice daily early together outside again thoroughly carefully consistently effectively strategically optimally seamlessly proactively",
);

/** A response has 1 to 6 sentences `CONNECTIVE VERB the OBJECT ADVERB .` between opener and closer. */
export const MAX_SENTENCES = 6;

/** Every distinct word and mark, sorted: the vocabulary of the word tokenizer. */
export function chatterVocabulary(): string[] {
  const all = new Set(["the", "."]);
  const add = (text: string) => {
    for (const word of words(text)) all.add(word);
  };
  for (const text of [...FRAMES, ...OPENERS, ...CLOSERS, ...CONNECTIVES, ...ADVERBS]) add(text);
  for (const topic of TOPICS) for (const text of [topic.name, ...topic.verbs, ...topic.objects]) add(text);
  return [...all].sort();
}

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
