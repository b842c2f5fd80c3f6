using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2.FineTuning.Options;

/// <summary>Reads a recipe; each error names the file, the setting, what was found and what is allowed. Not thread-safe.</summary>
/// <param name="path">The file.</param>
internal sealed partial class RecipeReader(string path)
{
    private const int MaxBytes = 1024 * 1024;
    private const int MostShown = 40;
    private const string Within = "augmentation.";

    private static readonly JsonDocumentOptions s_lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    // Errors of the options name properties.
    private static readonly Dictionary<string, string> s_places = RecipeSetting.OfTraining
        .Select(setting => (setting.PropertyName, Place: setting.Name))
        .Concat(RecipeSetting.OfAugmentation.Select(setting => (setting.PropertyName, Place: $"{Within}{setting.Name}")))
        .ToDictionary(pair => pair.PropertyName, pair => pair.Place, StringComparer.Ordinal);

    /// <summary>Reads the file.</summary>
    /// <exception cref="RecipeFormatException">It is no recipe.</exception>
    public FineTuneOptions Read()
    {
        var options = new FineTuneOptions();
        try
        {
            using var document = JsonDocument.Parse(Text(), s_lenient);
            Fill(options, RecipeSetting.OfTraining, document.RootElement, string.Empty);
            options.Validate();
            return options;
        }
        catch (JsonException error)
        {
            string reason = error.Message.Split(" LineNumber:")[0];
            throw Refused($"line {error.LineNumber + 1} is no JSON: {reason}", error);
        }
        catch (InvalidOperationException error)
        {
            throw Refused("a text in it has half of a surrogate pair.", error);
        }
        catch (ArgumentException error)
        {
            string message = error.Message.Split('\n')[0];
            message = message.Replace($" (Parameter '{error.ParamName}')", string.Empty, StringComparison.Ordinal).TrimEnd();
            throw Refused(Word().Replace(message, word => s_places.GetValueOrDefault(word.Value, word.Value)), error);
        }
    }

    private string Text()
    {
        byte[] bytes = new byte[MaxBytes + 1];
        using FileStream stream = File.OpenRead(path);
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxBytes)
        {
            throw Refused($"it has more than {MaxBytes} bytes; a recipe has at most that.");
        }

        try
        {
            // Some editors begin a file with a byte order mark.
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw Refused("it is no text in UTF-8.", error);
        }
    }

    private void Fill(object options, IReadOnlyList<RecipeSetting> settings, JsonElement json, string place)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Refused($"it is {Shown(json)}; an object of settings is needed.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            RecipeSetting setting = settings.FirstOrDefault(setting => setting.Name == property.Name) ?? throw Refused(
                $"{place}{property.Name} is not known; {string.Join(", ", settings.Select(setting => setting.Name))} are.");
            if (!seen.Add(property.Name))
            {
                throw Refused($"{place}{property.Name} is there twice; once is allowed.");
            }

            setting.Set(options, Value(setting, property.Value, place));
        }
    }

    private object? Value(RecipeSetting setting, JsonElement json, string place)
    {
        object? value = null;
        bool isRead = setting.Type == typeof(ImageAugmentation) ? TryReadAugmentation(json, out value) : setting.TryRead(json, out value);
        return isRead ? value : throw Refused($"{place}{setting.Name} is {Shown(json)}; it must be {setting.Allowed}.");
    }

    private bool TryReadAugmentation(JsonElement json, out object? augmentation)
    {
        augmentation = null;
        if (json.ValueKind == JsonValueKind.Object)
        {
            augmentation = new ImageAugmentation();
            Fill(augmentation, RecipeSetting.OfAugmentation, json, Within);
        }
        else if (json.ValueKind == JsonValueKind.String
            && ImageAugmentation.PresetNames.Contains(json.GetString()!, StringComparer.OrdinalIgnoreCase))
        {
            augmentation = ImageAugmentation.FromName(json.GetString()!);
        }

        return augmentation is not null;
    }

    private static string Shown(JsonElement json)
    {
        string text = string.Join(' ', json.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MostShown ? text : $"{text[..MostShown]}…";
    }

    private RecipeFormatException Refused(string problem, Exception? cause = null) => new(path, problem, cause);

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
