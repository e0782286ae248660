/** The numbers of the rules N8 to N14, N19 and N21, and those that only keep a draft within reason. */
export const templateLimits = {
  /** N8: of the whole rendered text, ad included, in Unicode code points. */
  textChars: 2048,
  /** N9 */
  images: 5,
  /** What an image shows, in words. */
  imageAltChars: 300,
  /** N11 */
  imageBytes: 50 * 1024 * 1024,
  /** N12: height plus width. */
  imageSidesPx: 14_000,
  /** N13: the longer side is at most this many times the shorter one. */
  imageRatio: 20,
  /** N14 */
  buttons: 6,
  /** What VK lets a button's label have: reference, section 2.4. */
  buttonLabelChars: 40,
  /** After filling. Long enough for any real address, short enough for every browser. */
  linkChars: 2048,
  /** N19 */
  ttlSecondsMin: 15,
  ttlSecondsMax: 24 * 3600,
  variables: 30,
  variableNameChars: 32,
  nameChars: 64,
  titleChars: 120,
  reasonChars: 1000,
  /** A draft may break the rules while it is being written, but not without end. */
  draftTextChars: 10_000,
  draftListItems: 30,
} as const;
