namespace MLNet.MobileNetV2.Assets;

/// <summary>One class of the sample set: which emoji belong to it, in the words of emojibase-data.</summary>
/// <param name="Name">The class and its folder.</param>
/// <param name="Subgroups">Subgroups that are taken whole, but for <paramref name="Excluded"/>.</param>
/// <param name="Excluded">Labels in those subgroups that a person would not file under the class, or only by their name.</param>
/// <param name="Included">Labels of other subgroups that belong here.</param>
internal sealed record SampleCategory(string Name, string[] Subgroups, string[] Excluded, string[] Included)
{
    public static IReadOnlyList<SampleCategory> All { get; } =
    [
        new(
            "animal",
            ["animal-mammal", "animal-bird", "animal-amphibian", "animal-reptile", "animal-marine", "animal-bug"],
            ["paw prints", "pig nose", "feather", "wing", "spiral shell", "coral", "oyster", "spider web", "microbe"],
            []),
        new(
            "building",
            ["place-building", "place-religious"],
            ["building construction", "brick", "rock", "wood", "Statue of Liberty", "love hotel", "shinto shrine"],
            ["circus tent", "cityscape", "cityscape at dusk", "foggy", "night with stars"]),
        new(
            "clothing",
            ["clothing"],
            [
                "folding hand fan", "purse", "handbag", "clutch bag", "shopping bags", "backpack", "hair pick", "prayer beads",
                "lipstick", "ring", "gem stone",
            ],
            ["running shirt", "martial arts uniform"]),
        new(
            "face",
            [
                "face-smiling", "face-affection", "face-tongue", "face-hand", "face-neutral-skeptical", "face-sleepy", "face-unwell",
                "face-hat", "face-glasses", "face-concerned",
            ],
            [],
            []),
        new(
            "food",
            ["food-fruit", "food-vegetable", "food-prepared", "food-asian", "food-sweet"],
            [],
            []),
        new(
            "vehicle",
            ["transport-ground", "transport-water", "transport-air"],
            [
                "station", "manual wheelchair", "motorized wheelchair", "skateboard", "roller skate", "bus stop", "motorway",
                "railway track", "oil drum", "fuel pump", "wheel", "police car light", "horizontal traffic light",
                "vertical traffic light", "stop sign", "construction", "anchor", "ring buoy", "parachute", "seat", "satellite",
            ],
            []),
    ];

    /// <summary>Throws where the table names a subgroup or label that emojibase-data does not have.</summary>
    public void Check(IReadOnlyList<Emoji> emoji)
    {
        string[] unknown =
        [
            .. Subgroups.Except(emoji.Select(one => one.Subgroup)),
            .. Excluded.Except(emoji.Where(one => Subgroups.Contains(one.Subgroup)).Select(one => one.Label)),
            .. Included.Except(emoji.Select(one => one.Label)),
        ];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException($"The class '{Name}' names what emojibase-data does not have: {string.Join(", ", unknown)}.");
        }
    }

    public bool Holds(Emoji emoji) =>
        (Subgroups.Contains(emoji.Subgroup) && !Excluded.Contains(emoji.Label)) || Included.Contains(emoji.Label);
}
