using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>A command whose help shows its later options under headings.</summary>
internal sealed class GroupedCommand(string name, string description) : Command(name, description)
{
    // The help's own option comes last.
    private readonly Dictionary<string, string> _headings = new(StringComparer.Ordinal) { ["-?,"] = "Help" };

    /// <summary>Adds options behind those without a heading.</summary>
    public void Add(string heading, IReadOnlyList<Option> options)
    {
        _headings.Add(options[0].Name, heading);
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    /// <summary>Teaches the help of all commands about the headings.</summary>
    public static void ShowHeadings(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp((HelpAction)help.Action!);
    }

    // System.CommandLine lets nobody change the layout of its help.
    private sealed class GroupedHelp(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => help.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command is not GroupedCommand command)
            {
                return help.Invoke(parseResult);
            }

            InvocationConfiguration configuration = parseResult.InvocationConfiguration;
            TextWriter output = configuration.Output;
            using var text = new StringWriter { NewLine = "\n" };
            configuration.Output = text;
            try
            {
                help.Invoke(parseResult);
            }
            finally
            {
                configuration.Output = output;
            }

            foreach (string line in text.ToString().TrimEnd().Split('\n'))
            {
                if (line.StartsWith("  -", StringComparison.Ordinal)
                    && command._headings.TryGetValue(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out string? heading))
                {
                    output.WriteLine();
                    output.WriteLine($"{heading}:");
                }

                output.WriteLine(line);
            }

            return 0;
        }
    }
}
