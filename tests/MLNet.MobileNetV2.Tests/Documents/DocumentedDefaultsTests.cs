using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>What the documentation of an option calls its default is the value that a new instance has.</summary>
public sealed partial class DocumentedDefaultsTests
{
    private static readonly Assembly s_library = typeof(MobileNetV2FeaturizerOptions).Assembly;

    private static readonly Dictionary<string, XElement> s_members = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "MLNet.MobileNetV2.xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    // Theirs are told in words, and have tests of their own.
    private static readonly HashSet<string> s_inWords =
    [
        "FeatureDistillationOptions.FineTuning", "FeatureDistillationOptions.Store", "ImagePreprocessing.Mean", "ImagePreprocessing.Std",
        "ImageFolderCrossValidationOptions.Head", "ImageFolderTrainingOptions.FineTuning", "ImageFolderTrainingOptions.Head",
        "ImageFolderTrainingOptions.Store", "MobileNetV2FeaturizerOptions.Store",
        "MobileNetV2TrainerOptions.FineTuning", "MobileNetV2TrainerOptions.Store",
        "WeightsFileOptions.BatchNorm", "WeightsStoreOptions.CacheFolder",
    ];

    public static TheoryData<string> Classes =>
    [
        .. s_library.GetExportedTypes().Where(type => Options(type).Any(option => Default(option) is not null)).Select(type => type.Name),
    ];

    [Theory]
    [MemberData(nameof(Classes))]
    public void NewInstance_HasTheDocumentedDefaultsAndIsValid(string name)
    {
        Type type = s_library.GetExportedTypes().Single(type => type.Name == name);
        object instance = Create(type);

        foreach (PropertyInfo option in Options(type).Where(option => !s_inWords.Contains($"{name}.{option.Name}")))
        {
            if (Default(option) is { } documented)
            {
                Assert.True(
                    Is(documented, option.GetValue(instance)),
                    $"{name}.{option.Name} is {option.GetValue(instance)}; documented: {documented}");
            }
        }

        if (!type.IsDefined(typeof(RequiredMemberAttribute)))
        {
            type.GetMethod("Validate", BindingFlags.Instance | BindingFlags.NonPublic, [])?.Invoke(instance, null);
        }
    }

    [Fact]
    public void EveryOption_HasADocumentedDefaultOrMustBeGiven()
    {
        IEnumerable<string> without = s_library.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .SelectMany(Options)
            .Where(option => Default(option) is null && !MustBeGiven(option))
            .Select(option => $"{option.DeclaringType!.Name}.{option.Name}");

        Assert.Empty(without);
    }

    [GeneratedRegex(@"^(?<number>-?\d[\d,]*(\.\d+)?(e-?\d+)?)(/(?<divisor>\d+(\.\d+)?))?( (?<unit>seconds|minutes|MiB|GiB|megapixels)\b)?")]
    private static partial Regex Number();

    [GeneratedRegex("""^"(?<text>[^"]*)"|^\{c (?<text>[^}]*)\}""")]
    private static partial Regex Text();

    [GeneratedRegex(@"^\{[FP]:(?<type>[\w.]+)\.(?<member>\w+)\}")]
    private static partial Regex Member();

    [GeneratedRegex(@"^the defaults of \{T:(?<type>[\w.]+)\}")]
    private static partial Regex NewInstance();

    private static IEnumerable<PropertyInfo> Options(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(property => property.SetMethod is { IsPublic: true });

    private static bool MustBeGiven(PropertyInfo option) =>
        option.IsDefined(typeof(RequiredMemberAttribute))
        || option.DeclaringType!.GetConstructors().All(
            constructor => constructor.GetParameters().Any(parameter => parameter.Name == option.Name));

    private static object Create(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MinBy(constructor => constructor.GetParameters().Length)!;
        return constructor.Invoke(
            [.. constructor.GetParameters().Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : "folder")]);
    }

    /// <summary>What follows "Default: " in an option's documentation, with references and code in braces.</summary>
    private static string? Default(PropertyInfo option)
    {
        string key = $"P:{option.DeclaringType!.FullName}.{option.Name}";
        string text = s_members.TryGetValue(key, out XElement? member) ? string.Concat(member.Nodes().Select(Plain)) : string.Empty;
        string[] parts = Regex.Replace(text, @"\s+", " ").Split("Default: ", 2);
        return parts.Length == 2 ? parts[1].Trim() : null;
    }

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"{{c {code.Value}}}",
        XElement element when element.Attribute("cref") is { } reference => $"{{{reference.Value}}}",
        XElement element => string.Concat(element.Nodes().Select(Plain)),
        _ => string.Empty,
    };

    private static bool Is(string documented, object? value)
    {
        if (Member().Match(documented) is { Success: true } member)
        {
            Type type = s_library.GetType(member.Groups["type"].Value)!;
            string name = member.Groups["member"].Value;
            return Equals(type.IsEnum ? Enum.Parse(type, name) : type.GetProperty(name)!.GetValue(null), value);
        }

        if (NewInstance().Match(documented) is { Success: true } other)
        {
            return Equals(Activator.CreateInstance(s_library.GetType(other.Groups["type"].Value)!), value);
        }

        if (Text().Match(documented) is { Success: true } text)
        {
            return Equals(text.Groups["text"].Value, value);
        }

        return Number().Match(documented) is { Success: true } number
            ? IsNumber(number, value)
            : documented.Split('.', ',', ';')[0] switch
            {
                "true" => value is true,
                "false" => value is false,
                "as the environment says" => Equals(WeightsStoreOptions.FromEnvironment(), value),
                "null" => value is null,
                "none" => value is null || value is CancellationToken { CanBeCanceled: false },
                _ => false,
            };
    }

    private static bool IsNumber(Match documented, object? value)
    {
        double number = Parse(documented.Groups["number"]) / (
            documented.Groups["divisor"].Success ? Parse(documented.Groups["divisor"]) : 1);
        return (documented.Groups["unit"].Value, value) switch
        {
            ("seconds", TimeSpan time) => time.TotalSeconds == number,
            ("minutes", TimeSpan time) => time.TotalMinutes == number,
            ("MiB", IConvertible bytes) => bytes.ToDouble(null) == number * (1 << 20),
            ("GiB", IConvertible bytes) => bytes.ToDouble(null) == number * (1 << 30),
            ("megapixels", IConvertible pixels) => pixels.ToDouble(null) == number * 1e6,
            ("", float single) => single == (float)number,
            ("", IConvertible other and not string) => other.ToDouble(null) == number,
            _ => false,
        };
    }

    private static double Parse(Group number) =>
        double.Parse(number.Value, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
