using System.Xml.Linq;
using MLNet.MobileNetV2.Packaging;

// The compiler documents internal and private members too; a package ships what its users can call.
if (args is not [string assembly, string documentation, string output])
{
    Console.Error.WriteLine("Usage: MLNet.MobileNetV2.Packaging <assembly.dll> <documentation.xml> <output.xml>");
    return 1;
}

XDocument document = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
PublicDocumentation.Keep(document, assembly);
document.Save(output);
return 0;
