using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>Arguments and options that several commands share.</summary>
internal static class CommonSymbols
{
    /// <summary>The forms of weight files, for help texts.</summary>
    public const string WeightFiles = ".safetensors, .onnx, .tflite, .pth, or TF.js's model.json";

    /// <summary>The weights that have a name, for help texts.</summary>
    public static string CatalogNames => string.Join(", ", PretrainedModels.All.Select(model => model.Name));

    public static Option<bool> Json() => new("--json")
    {
        Description = "Print only JSON on standard output.",
        Arity = ArgumentArity.Zero,
    };

    public static Option<bool> Strict() => new("--strict")
    {
        Description = "Exit with 1 if any photo cannot be used, and not only if all cannot.",
        Arity = ArgumentArity.Zero,
    };

    public static Option<string> Report(string of) => NotEmpty(new Option<string>("--report")
    {
        Description = $"Also write {of} as one page of HTML, with its photos.",
        HelpName = "report.html",
    });

    public static Argument<string> Model() => Required(new Argument<string>("model.zip") { Description = "A model that 'train' saved." });

    public static Argument<string> Folder() =>
        Required(new Argument<string>("folder") { Description = "A folder with one sub-folder per class." });

    public static Argument<string[]> Images()
    {
        Argument<string[]> images = new("file|folder")
        {
            Description = "Images, or folders that are read recursively.",
            Arity = ArgumentArity.OneOrMore,
        };
        images.Validators.Add(RefuseUnknownOptions);
        return images;
    }

    public static Option<int> Top(int value = 5) => new("--top")
    {
        Description = "How many classes to list, at most as many as there are.",
        HelpName = "k",
        CustomParser = result => Integer(result, 1),
        DefaultValueFactory = _ => value,
    };

    public static Option<int?> Nearest() => new("--nearest")
    {
        Description = "How many of the training photos that are most like each to name; needs a model of 'train --keep-index'.",
        HelpName = "k",
        CustomParser = result => Integer(result, 1),
    };

    public static Option<int> Seed() => new("--seed")
    {
        Description = "Decides which images --validation holds out, and all that --fine-tune draws at random.",
        HelpName = "n",
        CustomParser = result => Integer(result, int.MinValue),
        DefaultValueFactory = _ => 1,
    };

    public static Option<WeightsSource> Weights(string description) => new("--weights")
    {
        Description = description,
        HelpName = "name|file",
        CustomParser = result => Source(result, new WeightsFileOptions()),
        DefaultValueFactory = _ => WeightsSource.Auto,
    };

    /// <summary>Refuses empty text, which a shell makes of a variable that is not set.</summary>
    public static Argument<string> Required(Argument<string> argument)
    {
        argument.Validators.Add(result => RefuseEmpty(result, argument.Name));
        argument.Validators.Add(RefuseUnknownOptions);
        return argument;
    }

    /// <inheritdoc cref="Required(Argument{string})"/>
    public static Option<string> Required(Option<string> option)
    {
        option.Required = true;
        return NotEmpty(option);
    }

    /// <inheritdoc cref="Required(Argument{string})"/>
    public static Option<string> NotEmpty(Option<string> option, string needed = "a path")
    {
        option.Validators.Add(result => RefuseEmpty(result, option.Name, needed));
        return option;
    }

    private static void RefuseEmpty(SymbolResult result, string name, string needed = "a path")
    {
        if (result.Tokens is [{ Value: var value }] && string.IsNullOrWhiteSpace(value))
        {
            result.AddError($"{name} is empty; {needed} is needed.");
        }
    }

    // System.CommandLine takes a mistyped option for one more argument.
    private static void RefuseUnknownOptions(ArgumentResult result)
    {
        foreach (string value in result.Tokens.Select(token => token.Value).Where(value => value.StartsWith('-') && !Path.Exists(value)))
        {
            Command? command = (result.Parent as CommandResult)?.Command;
            result.AddError($"'{value}' is neither an option of this command nor a "
                + $"file.{(command is null ? string.Empty : Spelling.Question(command, value))}");
        }
    }

    /// <summary>Reads one of an enumeration's names, in any case.</summary>
    public static TEnum? Choice<TEnum>(ArgumentResult result)
        where TEnum : struct, Enum
    {
        string text = result.Tokens[0].Value;
        string? name = Enum.GetNames<TEnum>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (name is null)
        {
            result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{text}'; "
                + $"{string.Join(" or ", Enum.GetNames<TEnum>())} is needed.");
            return null;
        }

        return Enum.Parse<TEnum>(name);
    }

    public static int Integer(ArgumentResult result, int minimum)
    {
        string text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < minimum)
        {
            string allowed = minimum > int.MinValue ? $"from {minimum} up" : "of 32 bits";
            result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{text}'; a whole number {allowed} is needed.");
        }

        return value;
    }

    /// <summary>A number within limits, rounded to 32 bits too.</summary>
    public static Option<double> Number(
        string name, string helpName, double value, Func<double, bool> isAllowed, string allowed, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !isAllowed((float)number))
            {
                result.AddError($"{name} is '{text}'; a number of {allowed} is needed.");
            }

            return number;
        },
    };

    /// <summary>Reads the name or the file of weights.</summary>
    public static WeightsSource? Source(ArgumentResult result, WeightsFileOptions options)
    {
        if (string.IsNullOrWhiteSpace(result.Tokens[0].Value))
        {
            result.AddError("The weights are empty; a name or the path of a weight file is needed.");
            return null;
        }

        try
        {
            return WeightsSource.Parse(result.Tokens[0].Value, options);
        }
        catch (ArgumentException error)
        {
            result.AddError(Failure.OneLine(error));
            return null;
        }
    }
}
