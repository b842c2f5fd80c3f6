using System.Buffers;
using System.Text;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>
/// A name for the folder of each label, whatever its text: one that every system allows, and that leads to no other folder. Immutable.
/// </summary>
internal sealed class FolderNames
{
    // File systems allow 255; a number may follow.
    private const int MostBytes = 200;
    private const string Stand = "_";

    // Windows takes these for devices, whatever their extension.
    private static readonly HashSet<string> s_devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. "0123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> s_special = SearchValues.Create("<>:\"/\\|?*");

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Names folders, those of different labels differently on systems too that do not tell cases apart.</summary>
    /// <param name="labels">The labels, in an order that does not change from run to run.</param>
    public FolderNames(IEnumerable<string> labels)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string label in labels.Distinct(StringComparer.Ordinal))
        {
            string safe = Safe(label);
            string name = safe;
            for (int number = 2; !taken.Add(name); number++)
            {
                name = FormattableString.Invariant($"{safe}-{number}");
            }

            _names.Add(label, name);
        }
    }

    /// <summary>The name of a label's folder.</summary>
    public string Of(string label) => _names[label];

    private static string Safe(string label)
    {
        var safe = new StringBuilder();
        int bytes = 0;
        foreach (Rune rune in label.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MostBytes)
            {
                break;
            }

            safe.Append(Rune.IsControl(rune) || (rune.IsBmp && s_special.Contains((char)rune.Value)) ? Stand : rune.ToString());
        }

        // Windows drops dots and spaces at the end; without them, '.' and '..' are nothing.
        string name = safe.ToString().Trim(' ').TrimEnd('.', ' ');
        return name.Length == 0 ? Stand : s_devices.Contains(name.Split('.')[0].TrimEnd(' ')) ? Stand + name : name;
    }
}
