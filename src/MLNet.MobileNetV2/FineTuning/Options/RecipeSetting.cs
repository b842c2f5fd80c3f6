using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.MobileNetV2.FineTuning.Options;

/// <summary>
/// A setting of a recipe: a property of <see cref="FineTuneOptions"/> or <see cref="ImageAugmentation"/> that can be set. Immutable.
/// </summary>
internal sealed class RecipeSetting
{
    private static readonly string[] s_aboutTheMachine =
    [
        nameof(FineTuneOptions.Checkpoint), nameof(FineTuneOptions.ThreadCount), nameof(FineTuneOptions.ImageMemoryMiB),
    ];

    private static readonly JsonSerializerOptions s_values = new()
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly PropertyInfo _property;

    private RecipeSetting(PropertyInfo property)
    {
        _property = property;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        IsOptional = Nullable.GetUnderlyingType(property.PropertyType) is not null;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
    }

    /// <summary>The settings of a fine-tuning.</summary>
    public static IReadOnlyList<RecipeSetting> OfTraining { get; } = Of(typeof(FineTuneOptions));

    /// <summary>The settings of its <see cref="ImageAugmentation"/>.</summary>
    public static IReadOnlyList<RecipeSetting> OfAugmentation { get; } = Of(typeof(ImageAugmentation));

    /// <summary>The name in a recipe.</summary>
    public string Name { get; }

    /// <summary>The name of the property.</summary>
    public string PropertyName => _property.Name;

    /// <summary>The type of a value that is not null.</summary>
    public Type Type { get; }

    /// <summary>Whether the value may be null.</summary>
    public bool IsOptional { get; }

    /// <summary>What the JSON of a value may be.</summary>
    public string Allowed => (Type.IsEnum ? OneOf(Enum.GetNames(Type).Select(JsonNamingPolicy.CamelCase.ConvertName))
        : Type == typeof(bool) ? "true or false"
        : Type == typeof(int) ? "a whole number"
        : Type == typeof(ImageAugmentation) ? $"{string.Join(", ", ImageAugmentation.PresetNames)}, or an object of its settings"
        : "a number") + (IsOptional ? " or null" : string.Empty);

    public object? ValueOf(object options) => _property.GetValue(options);

    /// <summary>Sets the property, whose setter is for initializers alone: only on an object that nobody else has yet.</summary>
    public void Set(object options, object? value) => _property.SetValue(options, value);

    /// <summary>Reads a value of a simple type.</summary>
    public bool TryRead(JsonElement json, out object? value)
    {
        if (IsOptional && json.ValueKind == JsonValueKind.Null)
        {
            value = null;
            return true;
        }

        if (Type.IsEnum)
        {
            // The converter takes several names, with commas between, for one value.
            string? text = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
            string? name = Enum.GetNames(Type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = name is null ? null : Enum.Parse(Type, name);
            return name is not null;
        }

        try
        {
            value = json.Deserialize(_property.PropertyType, s_values);
            return true;
        }
        catch (JsonException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Writes every setting of a fine-tuning as JSON.</summary>
    public static void WriteAll(FineTuneOptions options, Stream stream)
    {
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n" }))
        {
            Write(json, OfTraining, options);
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<RecipeSetting> settings, object options)
    {
        json.WriteStartObject();
        foreach (RecipeSetting setting in settings)
        {
            json.WritePropertyName(setting.Name);
            if (setting.ValueOf(options) is ImageAugmentation augmentation)
            {
                Write(json, OfAugmentation, augmentation);
            }
            else
            {
                JsonSerializer.Serialize(json, setting.ValueOf(options), setting._property.PropertyType, s_values);
            }
        }

        json.WriteEndObject();
    }

    private static string OneOf(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    private static RecipeSetting[] Of([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && !s_aboutTheMachine.Contains(property.Name))
            .Select(property => new RecipeSetting(property)),
    ];
}
