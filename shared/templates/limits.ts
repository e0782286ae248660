/** The limits of rules N8 to N14, N19 and N21, and limits that keep a draft within reason. */
export const templateLimits = {
  /** N8, text length: the whole rendered text, ad included, in Unicode code points. */
  textChars: 2048,
  /** N9, images per template */
  images: 5,
  /** A description of an image. */
  imageAltChars: 300,
  /** N11, image size */
  imageBytes: 50 * 1024 * 1024,
  /** N12, image sides: height plus width. */
  imageSidesPx: 14_000,
  /** N13, aspect ratio: longer side to shorter side. */
  imageRatio: 20,
  /** N14, buttons */
  buttons: 6,
  /** VK's limit for a button's label: reference, section 2.4. */
  buttonLabelChars: 40,
  /** Limit after filling. Long enough for any real address, short enough for every browser. */
  linkChars: 2048,
  /** N19, time to live */
  ttlSecondsMin: 15,
  ttlSecondsMax: 24 * 3600,
  variables: 30,
  variableNameChars: 32,
  nameChars: 64,
  titleChars: 120,
  reasonChars: 1000,
  /** A draft may break the rules while it is being written; these limits only bound its size. */
  draftTextChars: 10_000,
  draftListItems: 30,
} as const;
