using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.FineTuning.Options;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>An option that changes one setting of a recipe; what it takes follows from the setting.</summary>
internal sealed class RecipeOption
{
    private readonly RecipeSetting _setting;
    private readonly string? _null;
    private readonly RecipeSetting? _follower;
    private readonly RecipeSetting? _cleared;

    /// <summary>Makes an option.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="property">The property of <see cref="FineTuneOptions"/>.</param>
    /// <param name="help">What it is, without its default.</param>
    /// <param name="helpName">What a number is called in the help.</param>
    /// <param name="null">The word for null, where that is allowed.</param>
    /// <param name="follower">A property that gets the same value.</param>
    /// <param name="clears">A property that would win over this one, and becomes null.</param>
    public RecipeOption(
        string name,
        string property,
        string help,
        string? helpName = null,
        string? @null = null,
        string? follower = null,
        string? clears = null)
    {
        _setting = Setting(property);
        _null = @null;
        _follower = follower is null ? null : Setting(follower);
        _cleared = clears is null ? null : Setting(clears);
        string initial = _setting.ValueOf(new FineTuneOptions()) is { } value ? SettingText.Of(value) : _null!;
        Symbol = _setting.Type == typeof(bool)
            ? new Option<bool>(name) { CustomParser = result => Read(result) is true }
            : new Option<Given?>(name) { CustomParser = result => new(Read(result)) };
        Symbol.Description = $"{help} Default: {initial}.";
        string?[] words = [.. SettingText.Choices(_setting.Type), helpName, _null];
        Symbol.HelpName = string.Join('|', words.OfType<string>());
    }

    /// <summary>The option.</summary>
    public Option Symbol { get; }

    /// <summary>The property that it sets.</summary>
    public string PropertyName => _setting.PropertyName;

    /// <summary>The options with what the command line says.</summary>
    public FineTuneOptions Apply(ParseResult parsed, FineTuneOptions options)
    {
        if (parsed.GetResult(Symbol) is not { Implicit: false })
        {
            return options;
        }

        return With(options, Symbol is Option<bool> flag ? parsed.GetValue(flag) : parsed.GetValue((Option<Given?>)Symbol)!.Value);
    }

    private static RecipeSetting Setting(string property) =>
        RecipeSetting.OfTraining.Single(setting => setting.PropertyName == property);

    private FineTuneOptions With(FineTuneOptions options, object? value)
    {
        FineTuneOptions changed = options with { };
        _setting.Set(changed, value);
        _follower?.Set(changed, value);
        _cleared?.Set(changed, null);
        return changed;
    }

    private object? Read(ArgumentResult result)
    {
        // A flag may stand alone.
        string text = result.Tokens.Count == 0 ? bool.TrueString : result.Tokens[0].Value;
        if (text.Equals(_null, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        object? value = SettingText.Parse(_setting.Type, text);
        if ((value is null ? OrNull(SettingText.Allowed(_setting.Type)) : Refusal(value)) is { } allowed)
        {
            result.AddError($"{Symbol.Name} is '{text}'; it must be {allowed}.");
        }

        return value;
    }

    /// <summary>What is allowed instead of a value; null if it is allowed.</summary>
    private string? Refusal(object value)
    {
        const string Must = "; it must be ";
        try
        {
            With(new FineTuneOptions(), value).Validate();
            return null;
        }
        catch (ArgumentOutOfRangeException error) when (error.ParamName == PropertyName)
        {
            string allowed = Failure.OneLine(error);
            allowed = allowed[(allowed.IndexOf(Must, StringComparison.Ordinal) + Must.Length)..].TrimEnd('.');
            return OrNull(allowed.Replace(", or null", string.Empty, StringComparison.Ordinal));
        }
    }

    private string OrNull(string allowed) => _null is null ? allowed : $"{allowed}, or {_null}";

    // System.CommandLine takes a null for no value at all.
    private sealed record Given(object? Value);
}
